package dev.skep.verifier.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What Linux 6.18 made of numbers of which something was known, to the last bit: {@code linux-6.18-arithmetic.tsv},
 * recorded by {@code dev.skep.conformance.probe.ArithmeticRecorder}.
 */
class RecordedArithmeticTest {
    /** One line: an instruction, its operands before, what came of it. */
    private record Fact(
            Instruction instruction,
            ScalarValue dst,
            ScalarValue src,
            String outcome,
            ScalarValue after,
            ScalarValue srcAfter,
            ScalarValue taken,
            ScalarValue srcTaken,
            String text) {}

    private static List<Fact> facts() throws IOException {
        List<Fact> all = new ArrayList<>();
        try (var in = RecordedArithmeticTest.class.getResourceAsStream("linux-6.18-arithmetic.tsv")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(line -> {
                        String[] f = line.split("\t");
                        all.add(new Fact(
                                BpfCode.of(Long.parseUnsignedLong(f[0], 16)).at(0),
                                value(f[1]),
                                value(f[2]),
                                f[3],
                                value(f[4]),
                                value(f[5]),
                                value(f[6]),
                                value(f[7]),
                                line));
                    });
        }
        return all;
    }

    /** A register as the log prints it; null for a dash. What is not printed is at its limit. */
    private static ScalarValue value(String text) {
        if (text.equals("-")) {
            return null;
        }
        if (!text.startsWith("scalar(")) {
            return ScalarValue.ofConst(number(text));
        }
        Bounds b = Bounds.fromBits(Tnum.UNKNOWN);
        String inner = text.substring(7, text.length() - 1);
        for (String part : inner.isEmpty() ? new String[0] : inner.split(",")) {
            String[] words = part.split("=");
            String last = words[words.length - 1];
            if (words[0].equals("var_off")) {
                String[] bits = last.substring(1, last.length() - 1).split("; ");
                b.bits(new Tnum(number(bits[0]), number(bits[1])));
                continue;
            }
            for (int i = 0; i < words.length - 1; i++) {
                set(b, words[i], number(last));
            }
        }
        return b.freeze();
    }

    private static void set(Bounds b, String name, long n) {
        switch (name) {
            case "smin" -> b.smin = n;
            case "smax" -> b.smax = n;
            case "umin" -> b.umin = n;
            case "umax" -> b.umax = n;
            case "smin32" -> b.s32min = (int) n;
            case "smax32" -> b.s32max = (int) n;
            case "umin32" -> b.u32min = (int) n;
            case "umax32" -> b.u32max = (int) n;
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    private static ScalarValue compute(Fact f) {
        return switch (f.instruction) {
            case Instruction.Alu i -> {
                ScalarValue src = i.fromRegister() ? f.src : ScalarValue.ofConst(i.imm());
                ScalarValue dst =
                        ScalarOps.forksOnSignMask(i.op(), f.dst, src) ? ScalarOps.signMask(f.dst, true) : f.dst;
                yield i.op() == AluOp.DIV ? null : ScalarOps.apply(i.op(), i.is64(), dst, src);
            }
            case Instruction.Negate i -> ScalarOps.negate(i.is64(), f.dst);
            case Instruction.ByteSwap i -> ScalarOps.byteSwap(i.order(), i.bits(), f.dst);
            case Instruction.Move i
            when i.fromRegister() && i.src() == i.dst() ->
                i.signBits() == 0
                        ? i.is64() ? f.dst : f.dst.zext32()
                        : i.is64() ? f.dst.signExtend(i.signBits()) : f.dst.signExtend32(i.signBits());
            default -> null;
        };
    }

    @Test
    void arithmeticKnowsWhatLinuxKnows() throws IOException {
        int checked = 0;
        for (Fact f : facts()) {
            ScalarValue result = f.outcome.equals("=") ? compute(f) : null;
            if (result != null) {
                assertThat(result).as(f.text).isEqualTo(f.after);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(300);
    }

    @Test
    void jumpsAreForeseenWhenLinuxForeseesThem() throws IOException {
        int checked = 0;
        for (Fact f : facts()) {
            if (f.instruction instanceof Instruction.Branch i) {
                assertThat(BranchRefiner.predict(i.op(), i.is64(), f.dst, operand(f, i)))
                        .as(f.text)
                        .isEqualTo(Integer.parseInt(f.outcome));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(500);
    }

    @Test
    void jumpsTeachWhatTheyTeachLinux() throws IOException {
        BranchRefiner.Refined out = new BranchRefiner.Refined();
        int checked = 0;
        for (Fact f : facts()) {
            if (!(f.instruction instanceof Instruction.Branch i) || !f.outcome.equals("-1")) {
                continue;
            }
            ScalarValue src = operand(f, i);
            BranchRefiner.refineFalse(i.op(), i.is64(), f.dst, src, out);
            assertThat(out.a).as("not taken: " + f.text).isEqualTo(f.after);
            if (i.fromRegister()) {
                assertThat(out.b).as("not taken, right: " + f.text).isEqualTo(f.srcAfter);
            }
            if (f.taken != null) {
                BranchRefiner.refine(i.op(), i.is64(), f.dst, src, out);
                assertThat(out.a).as("taken: " + f.text).isEqualTo(f.taken);
                if (i.fromRegister()) {
                    assertThat(out.b).as("taken, right: " + f.text).isEqualTo(f.srcTaken);
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    private static ScalarValue operand(Fact f, Instruction.Branch i) {
        return i.fromRegister() ? f.src : ScalarValue.ofConst(i.imm());
    }
}
