package dev.skep.verifier.golden;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.AtomicOp;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.InstructionEncoder;
import dev.skep.object.isa.JumpOp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Assembles programs written as the verifier log prints them, one instruction a line. Maps are {@code map[N]} and
 * {@code value[N]+off} with their index, subprogram references {@code func pc+N}, kernel functions {@code call kfunc
 * name}.
 */
public final class Asm {
    private static final String REG = "([rw])(\\d+)";
    private static final String NUMBER = "(-?(?:0x)?[0-9a-f]+)";
    private static final Pattern MOVE = Pattern.compile(REG + " = " + REG);
    private static final Pattern MOVE_SIGN = Pattern.compile(REG + " = \\(s(\\d+)\\)" + REG);
    private static final Pattern MOVE_IMM = Pattern.compile(REG + " = " + NUMBER);
    private static final Pattern WIDE = Pattern.compile("r(\\d+) = " + NUMBER + " ll");
    private static final Pattern MAP = Pattern.compile("r(\\d+) = map\\[(\\d+)]");
    private static final Pattern VALUE = Pattern.compile("r(\\d+) = value\\[(\\d+)]\\+(\\d+)");
    private static final Pattern FUNC = Pattern.compile("r(\\d+) = func pc([+-]\\d+)");
    private static final Pattern SWAP = Pattern.compile("r(\\d+) = be(\\d+) r\\d+");
    private static final Pattern LOAD = Pattern.compile("r(\\d+) = \\*\\(([us])(\\d+) \\*\\)\\(r(\\d+) ([+-]\\d+)\\)");
    private static final Pattern STORE = Pattern.compile("\\*\\(u(\\d+) \\*\\)\\(r(\\d+) ([+-]\\d+)\\) = r(\\d+)");
    private static final Pattern STORE_IMM =
            Pattern.compile("\\*\\(u(\\d+) \\*\\)\\(r(\\d+) ([+-]\\d+)\\) = " + NUMBER);
    private static final Pattern ADD =
            Pattern.compile("lock \\*\\(u(\\d+) \\*\\)\\(r(\\d+) ([+-]\\d+)\\) \\+= r(\\d+)");
    private static final Pattern ALU = Pattern.compile(REG + " (\\S+=) (?:" + REG + "|" + NUMBER + ")");
    private static final Pattern BRANCH =
            Pattern.compile("if " + REG + " (\\S+) (?:" + REG + "|" + NUMBER + ") goto pc([+-]\\d+)");
    private static final Pattern GOTO = Pattern.compile("goto pc([+-]\\d+)");
    private static final Pattern MAY_GOTO = Pattern.compile("may_goto pc([+-]\\d+)");
    private static final Pattern KFUNC = Pattern.compile("call kfunc (\\w+)");
    private static final Pattern HELPER = Pattern.compile("call \\w+#(\\d+)");
    private static final Pattern CALL = Pattern.compile("call pc([+-]\\d+)");

    private final ToIntFunction<String> kfuncIds;

    private Asm(ToIntFunction<String> kfuncIds) {
        this.kfuncIds = kfuncIds;
    }

    /** A program without kernel functions. */
    public static BpfCode assemble(String text) {
        return assemble(text, _ -> 0);
    }

    /** @param kfuncIds BTF id of a kernel function by name */
    public static BpfCode assemble(String text, ToIntFunction<String> kfuncIds) {
        Asm asm = new Asm(kfuncIds);
        List<Long> slots = new ArrayList<>();
        for (String line :
                text.lines().map(String::strip).filter(s -> !s.isEmpty()).toList()) {
            for (long slot : InstructionEncoder.encode(asm.instruction(line))) {
                slots.add(slot);
            }
        }
        return BpfCode.of(slots.stream().mapToLong(Long::longValue).toArray());
    }

    private Instruction instruction(String s) {
        Matcher m;
        if (s.equals("exit")) {
            return new Instruction.Exit(false);
        }
        if ((m = match(MOVE, s)) != null) {
            return new Instruction.Move(is64(m.group(1)), reg(m, 2), true, reg(m, 4), 0, 0, false);
        }
        if ((m = match(MOVE_SIGN, s)) != null) {
            return new Instruction.Move(is64(m.group(1)), reg(m, 2), true, reg(m, 5), 0, reg(m, 3), false);
        }
        if ((m = match(MOVE_IMM, s)) != null) {
            return new Instruction.Move(is64(m.group(1)), reg(m, 2), false, 0, imm(m.group(3)), 0, false);
        }
        if ((m = match(WIDE, s)) != null) {
            long value = Long.parseUnsignedLong(m.group(2).substring(2), 16);
            return new Instruction.LoadImm64(reg(m, 1), 0, (int) value, (int) (value >>> 32));
        }
        if ((m = match(MAP, s)) != null) {
            return new Instruction.LoadImm64(reg(m, 1), 1, reg(m, 2), 0);
        }
        if ((m = match(VALUE, s)) != null) {
            return new Instruction.LoadImm64(reg(m, 1), 2, reg(m, 2), reg(m, 3));
        }
        if ((m = match(FUNC, s)) != null) {
            return new Instruction.LoadImm64(reg(m, 1), 4, imm(m.group(2)), 0);
        }
        if ((m = match(SWAP, s)) != null) {
            return new Instruction.ByteSwap(Instruction.ByteSwap.Order.TO_BIG, reg(m, 2), reg(m, 1), false);
        }
        Instruction memory = memory(s);
        return memory != null ? memory : flow(s);
    }

    private Instruction memory(String s) {
        Matcher m;
        if ((m = match(LOAD, s)) != null) {
            return new Instruction.Load(
                    reg(m, 3) / 8, m.group(2).equals("s"), reg(m, 1), reg(m, 4), imm(m.group(5)), false);
        }
        if ((m = match(STORE, s)) != null) {
            return new Instruction.Store(reg(m, 1) / 8, reg(m, 2), imm(m.group(3)), reg(m, 4), false);
        }
        if ((m = match(STORE_IMM, s)) != null) {
            return new Instruction.StoreImm(reg(m, 1) / 8, reg(m, 2), imm(m.group(3)), imm(m.group(4)), false);
        }
        if ((m = match(ADD, s)) != null) {
            return new Instruction.Atomic(AtomicOp.ADD, reg(m, 1) / 8, reg(m, 2), reg(m, 4), imm(m.group(3)), 0, false);
        }
        return null;
    }

    private Instruction flow(String s) {
        Matcher m;
        if ((m = match(BRANCH, s)) != null) {
            JumpOp op = null;
            for (JumpOp candidate : JumpOp.values()) {
                op = candidate.sign().equals(m.group(3)) ? candidate : op;
            }
            boolean register = m.group(4) != null;
            return new Instruction.Branch(
                    is64(m.group(1)),
                    op,
                    reg(m, 2),
                    register,
                    register ? reg(m, 5) : 0,
                    register ? 0 : imm(m.group(6)),
                    imm(m.group(7)),
                    false);
        }
        if ((m = match(GOTO, s)) != null) {
            return new Instruction.Goto(imm(m.group(1)), false, false);
        }
        if ((m = match(MAY_GOTO, s)) != null) {
            return new Instruction.MayGoto(imm(m.group(1)), false);
        }
        if ((m = match(KFUNC, s)) != null) {
            return new Instruction.Call(Instruction.Call.Kind.KFUNC, kfuncIds.applyAsInt(m.group(1)), 0, false);
        }
        if ((m = match(HELPER, s)) != null) {
            return new Instruction.Call(Instruction.Call.Kind.HELPER, reg(m, 1), 0, false);
        }
        if ((m = match(CALL, s)) != null) {
            return new Instruction.Call(Instruction.Call.Kind.SUBPROGRAM, imm(m.group(1)), 0, false);
        }
        if ((m = match(ALU, s)) != null) {
            AluOp op = null;
            for (AluOp candidate : AluOp.values()) {
                op = candidate.sign().equals(m.group(3)) ? candidate : op;
            }
            boolean register = m.group(4) != null;
            return new Instruction.Alu(
                    is64(m.group(1)),
                    op,
                    reg(m, 2),
                    register,
                    register ? reg(m, 5) : 0,
                    register ? 0 : imm(m.group(6)),
                    false);
        }
        throw new IllegalArgumentException("not an instruction: " + s);
    }

    private static Matcher match(Pattern pattern, String s) {
        Matcher m = pattern.matcher(s);
        return m.matches() ? m : null;
    }

    private static boolean is64(String file) {
        return file.equals("r");
    }

    private static int reg(Matcher m, int group) {
        return Integer.parseInt(m.group(group));
    }

    private static int imm(String s) {
        return s.startsWith("0x")
                ? (int) Long.parseLong(s.substring(2), 16)
                : (int) Long.parseLong(s.startsWith("+") ? s.substring(1) : s);
    }
}
