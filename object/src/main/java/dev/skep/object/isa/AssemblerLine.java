package dev.skep.object.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of assembly to slots: a table of patterns, the first that matches counts. See {@link Assembler}. */
final class AssemblerLine {
    /** The slots of a line; {@code label}, if not null, goes into the immediate or the offset of the first. */
    record Parsed(long[] slots, String label, boolean labelInImmediate) {}

    private record Rule(Pattern pattern, Function<Matcher, Parsed> action) {}

    private static final String REG = "([rw])(\\d+)";
    private static final String NUM = "([+-]?(?:0x[0-9a-fA-F]+|\\d+))";
    private static final String MEM = "\\*\\(([us])(8|16|32|64) \\*\\)\\(r(\\d+) ?([+-] ?\\d+)\\)";
    private static final String PTR = "\\(\\(u(8|16|32|64) \\*\\)\\(r(\\d+) ?([+-] ?\\d+)\\)";
    private static final String TARGET = "(pc[+-]\\d+|[A-Za-z_][\\w.]*)";

    private final ToIntFunction<String> helperIds;
    private final List<Rule> rules = new ArrayList<>();
    private boolean wide;

    AssemblerLine(ToIntFunction<String> helperIds) {
        this.helperIds = helperIds;
        jumps();
        memory();
        loads64();
        arithmetic();
    }

    /** Null if no rule matches. */
    Parsed parse(String text, boolean isWide) {
        wide = isWide;
        for (Rule rule : rules) {
            Matcher m = rule.pattern.matcher(text);
            if (m.matches()) {
                return rule.action.apply(m);
            }
        }
        return null;
    }

    private void rule(String pattern, Function<Matcher, Parsed> action) {
        rules.add(new Rule(Pattern.compile(pattern), action));
    }

    private void jumps() {
        rule("\\.slot " + NUM, m -> one(number(m.group(1))));
        rule("exit", _ -> one(Slot.of(0x95, 0, 0, 0, 0)));
        rule("goto " + TARGET, m -> jump(0x05, 0, 0, 0, m.group(1), false));
        rule("gotol " + TARGET, m -> jump(0x06, 0, 0, 0, m.group(1), true));
        rule("may_goto " + TARGET, m -> jump(0xe5, 0, 0, 0, m.group(1), false));
        rule(
                "if " + REG + " (==|!=|s>=|s<=|s>|s<|>=|<=|>|<|&) " + REG + " goto " + TARGET,
                m -> jump(branch(m) | 0x08, reg(m, 2), reg(m, 5), 0, m.group(6), false));
        rule(
                "if " + REG + " (==|!=|s>=|s<=|s>|s<|>=|<=|>|<|&) " + NUM + " goto " + TARGET,
                m -> jump(branch(m), reg(m, 2), 0, imm(m.group(4)), m.group(5), false));
        rule("call (?:kfunc(?: \\w+)?|kernel-function)#(-?\\d+)", m -> one(Slot.of(0x85, 0, 2, 0, imm(m.group(1)))));
        rule("call (?:\\w*#)?(-?\\d+)", m -> one(Slot.of(0x85, 0, 0, 0, imm(m.group(1)))));
        rule("call " + TARGET, m -> {
            int helper = helperIds.applyAsInt(m.group(1));
            return helper >= 0 ? one(Slot.of(0x85, 0, 0, 0, helper)) : jump(0x85, 0, 1, 0, m.group(1), true);
        });
    }

    private void memory() {
        rule(
                "r(\\d+) = " + MEM,
                m -> one(Slot.of(
                        0x01 | (m.group(2).equals("s") ? 0x80 : 0x60) | size(m.group(3)),
                        reg(m, 1),
                        reg(m, 4),
                        offset(m.group(5)),
                        0)));
        rule(
                MEM + " = r(\\d+)",
                m -> one(Slot.of(0x63 | size(m.group(2)), reg(m, 3), reg(m, 5), offset(m.group(4)), 0)));
        rule(
                MEM + " = " + NUM,
                m -> one(Slot.of(0x62 | size(m.group(2)), reg(m, 3), 0, offset(m.group(4)), imm(m.group(5)))));
        rule(
                "r0 = \\*\\(u(8|16|32) \\*\\)skb\\[" + NUM + "\\]",
                m -> one(Slot.of(0x20 | size(m.group(1)), 0, 0, 0, imm(m.group(2)))));
        rule(
                "r0 = \\*\\(u(8|16|32) \\*\\)skb\\[r(\\d+) \\+ " + NUM + "\\]",
                m -> one(Slot.of(0x40 | size(m.group(1)), 0, reg(m, 2), 0, imm(m.group(3)))));
        rule(
                "lock " + MEM + " (\\+=|\\|=|&=|\\^=) r(\\d+)",
                m -> atomic(m.group(2), reg(m, 3), reg(m, 6), m.group(4), sign(m.group(5))));
        rule(
                "r(\\d+) = atomic(?:64)?_fetch_(add|or|and|xor)" + PTR + ", r(\\d+)\\)",
                m -> atomic(
                        m.group(3),
                        reg(m, 4),
                        reg(m, 1),
                        m.group(5),
                        AtomicOp.valueOf("FETCH_" + m.group(2).toUpperCase(java.util.Locale.ROOT))));
        rule(
                "r(\\d+) = atomic(?:64)?_xchg" + PTR + ", r(\\d+)\\)",
                m -> atomic(m.group(2), reg(m, 3), reg(m, 1), m.group(4), AtomicOp.XCHG));
        rule(
                "r0 = atomic(?:64)?_cmpxchg" + PTR + ", r0, r(\\d+)\\)",
                m -> atomic(m.group(1), reg(m, 2), reg(m, 4), m.group(3), AtomicOp.CMPXCHG));
        rule(
                "r(\\d+) = load_acquire" + PTR + "\\)",
                m -> atomic(m.group(2), reg(m, 1), reg(m, 3), m.group(4), AtomicOp.LOAD_ACQUIRE));
        rule(
                "store_release" + PTR + ", r(\\d+)\\)",
                m -> atomic(m.group(1), reg(m, 2), reg(m, 4), m.group(3), AtomicOp.STORE_RELEASE));
    }

    private void loads64() {
        rule("r(\\d+) = " + NUM + " ll", m -> load64(reg(m, 1), number(m.group(2))));
        rule("r(\\d+) = map\\[(\\d+)\\]", m -> load64(reg(m, 1), Pseudo.MAP_FD, imm(m.group(2)), 0));
        rule(
                "r(\\d+) = map_value\\[(\\d+)\\](?: \\+ (\\d+))?",
                m -> load64(reg(m, 1), Pseudo.MAP_VALUE, imm(m.group(2)), m.group(3) == null ? 0 : imm(m.group(3))));
        rule("r(\\d+) = btf\\[(\\d+)\\]", m -> load64(reg(m, 1), Pseudo.BTF_ID, imm(m.group(2)), 0));
        rule(
                "r(\\d+) = func ([A-Za-z_][\\w.]*)",
                m -> new Parsed(load64(reg(m, 1), Pseudo.FUNC, 0, 0).slots, m.group(2), true));
    }

    private void arithmetic() {
        rule(REG + " = -" + REG, m -> one(Slot.of(alu(m.group(1)) | 0x80, reg(m, 2), 0, 0, 0)));
        rule(
                "r(\\d+) = (be|le|bswap)(16|32|64) r\\d+",
                m -> one(Slot.of(
                        switch (m.group(2)) {
                            case "be" -> 0xdc;
                            case "le" -> 0xd4;
                            default -> 0xd7;
                        },
                        reg(m, 1),
                        0,
                        0,
                        imm(m.group(3)))));
        rule(
                "r(\\d+) = addr_space_cast\\(r(\\d+), (\\d+), (\\d+)\\)",
                m -> one(Slot.of(0xbf, reg(m, 1), reg(m, 2), 1, imm(m.group(3)) << 16 | imm(m.group(4)))));
        rule(
                REG + " = \\(s(8|16|32)\\)" + REG,
                m -> one(Slot.of(alu(m.group(1)) | 0xb8, reg(m, 2), reg(m, 5), imm(m.group(3)), 0)));
        rule(
                REG + " (s/=|s%=|s>>=|<<=|>>=|[-+*/|&%^]=|=) " + REG,
                m -> one(Slot.of(
                        alu(m.group(1)) | 0x08 | op(m.group(3)), reg(m, 2), reg(m, 5), signedDivision(m.group(3)), 0)));
        rule(REG + " (s/=|s%=|s>>=|<<=|>>=|[-+*/|&%^]=|=) " + NUM, m -> {
            long value = number(m.group(4));
            boolean fits = value == (int) value || m.group(1).equals("w") && value >>> 32 == 0;
            if (m.group(3).equals("=") && m.group(1).equals("r") && (wide || !fits)) {
                return load64(reg(m, 2), value);
            }
            return one(Slot.of(
                    alu(m.group(1)) | op(m.group(3)), reg(m, 2), 0, signedDivision(m.group(3)), imm(m.group(4))));
        });
    }

    private static Parsed one(long slot) {
        return new Parsed(new long[] {slot}, null, false);
    }

    private static Parsed load64(int dst, long value) {
        return load64(dst, Pseudo.CONSTANT, (int) value, (int) (value >>> 32));
    }

    private static Parsed load64(int dst, int pseudo, int imm, int nextImm) {
        return new Parsed(new long[] {Slot.of(0x18, dst, pseudo, 0, imm), Slot.of(0, 0, 0, 0, nextImm)}, null, false);
    }

    private static Parsed jump(int opcode, int dst, int src, int imm, String target, boolean inImmediate) {
        if (!target.startsWith("pc+") && !target.startsWith("pc-")) {
            return new Parsed(new long[] {Slot.of(opcode, dst, src, 0, imm)}, target, inImmediate);
        }
        int distance = Integer.parseInt(target.substring(2));
        return one(inImmediate ? Slot.of(opcode, dst, src, 0, distance) : Slot.of(opcode, dst, src, distance, imm));
    }

    private static Parsed atomic(String bits, int dst, int src, String offset, AtomicOp op) {
        return one(Slot.of(0xc3 | size(bits), dst, src, offset(offset), op.imm()));
    }

    private static int branch(Matcher m) {
        for (JumpOp op : JumpOp.values()) {
            if (op.sign().equals(m.group(3))) {
                return op.code() | (m.group(1).equals("r") ? 0x05 : 0x06);
            }
        }
        throw new IllegalStateException(m.group(3));
    }

    private static AtomicOp sign(String sign) {
        return switch (sign) {
            case "+=" -> AtomicOp.ADD;
            case "|=" -> AtomicOp.OR;
            case "&=" -> AtomicOp.AND;
            default -> AtomicOp.XOR;
        };
    }

    private static int op(String sign) {
        if (sign.equals("=")) {
            return 0xb0;
        }
        for (AluOp op : AluOp.values()) {
            if (op.sign().equals(sign)) {
                return op.code();
            }
        }
        throw new IllegalStateException(sign);
    }

    private static int signedDivision(String sign) {
        return sign.equals("s/=") || sign.equals("s%=") ? 1 : 0;
    }

    private static int alu(String file) {
        return file.equals("r") ? 0x07 : 0x04;
    }

    private static int size(String bits) {
        return switch (bits) {
            case "8" -> 0x10;
            case "16" -> 0x08;
            case "32" -> 0x00;
            default -> 0x18;
        };
    }

    private static int reg(Matcher m, int group) {
        int register = Integer.parseInt(m.group(group));
        if (register > 15) {
            throw new NumberFormatException();
        }
        return register;
    }

    private static int offset(String text) {
        int offset = Integer.parseInt(text.replace(" ", ""));
        if (offset != (short) offset) {
            throw new NumberFormatException();
        }
        return offset;
    }

    /** A 32-bit immediate; unsigned values are taken too. */
    private static int imm(String text) {
        long value = number(text);
        if (value != (int) value && value >>> 32 != 0) {
            throw new NumberFormatException();
        }
        return (int) value;
    }

    private static long number(String text) {
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        long value = digits.startsWith("0x")
                ? Long.parseUnsignedLong(digits.substring(2), 16)
                : Long.parseUnsignedLong(digits);
        return text.startsWith("-") ? -value : value;
    }
}
