package dev.skep.verifier.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.JumpOp;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Conditional jumps: predictions are never wrong, refinement never loses a number that takes the branch. */
class BranchRefinerTest {
    private final BranchRefiner.Refined out = new BranchRefiner.Refined();

    private void requireSound(JumpOp op, boolean is64, ScalarValue a, ScalarValue b, long x, long y) {
        boolean holds = Samples.holds(op, is64, x, y);
        int predicted = BranchRefiner.predict(op, is64, a, b);
        if (predicted == (holds ? 0 : 1)) {
            throw new AssertionError(a + " " + op + " " + b + " predicted " + predicted + " for " + x + "," + y);
        }
        if (holds) {
            BranchRefiner.refine(op, is64, a, b, out);
        } else {
            BranchRefiner.refineFalse(op, is64, a, b, out);
        }
        if (!out.a.contains(x) || !out.b.contains(y)) {
            throw new AssertionError(
                    a + " " + op + " " + b + " " + holds + ": " + out.a + ", " + out.b + " lack " + x + "," + y);
        }
    }

    @Test
    void isSoundOnEverySmallNumber() {
        List<Samples.Sample> samples = Samples.small();
        for (JumpOp op : JumpOp.values()) {
            for (boolean is64 : new boolean[] {true, false}) {
                for (int i = 0; i < samples.size(); i++) {
                    Samples.Sample a = samples.get(i);
                    for (int k = i % 3; k < samples.size(); k += 3) {
                        Samples.Sample b = samples.get(k);
                        for (long x : a.numbers()) {
                            for (long y : b.numbers()) {
                                requireSound(op, is64, a.value(), b.value(), x, y);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void isSoundOnRandomNumbers() {
        Random random = new Random(5);
        for (JumpOp op : JumpOp.values()) {
            for (int i = 0; i < Samples.RANDOM; i++) {
                long x = Samples.number(random);
                long y = random.nextInt(4) == 0 ? x + random.nextInt(-1, 2) : Samples.number(random);
                requireSound(op, random.nextBoolean(), Samples.around(x, random), Samples.around(y, random), x, y);
            }
        }
    }

    @Test
    void predictsExactlyOnRanges() {
        for (JumpOp op : JumpOp.values()) {
            if (op == JumpOp.SET || op == JumpOp.EQ || op == JumpOp.NE) {
                continue;
            }
            for (int a = -4; a <= 4; a++) {
                for (int b = a; b <= 4; b++) {
                    for (int c = -4; c <= 4; c++) {
                        boolean some = false;
                        boolean every = true;
                        for (int x = a; x <= b; x++) {
                            boolean holds = Samples.holds(op, true, x, c);
                            some |= holds;
                            every &= holds;
                        }
                        int predicted =
                                BranchRefiner.predict(op, true, ScalarValue.ofSigned(a, b), ScalarValue.ofConst(c));
                        assertThat(predicted).isEqualTo(every ? 1 : some ? -1 : 0);
                    }
                }
            }
        }
    }

    @Test
    void predictsEqualityFromBits() {
        ScalarValue even = ScalarValue.ofBits(new Tnum(0, ~1L));
        ScalarValue odd = ScalarValue.ofBits(new Tnum(1, ~1L));
        assertThat(BranchRefiner.predict(JumpOp.EQ, true, even, odd)).isZero();
        assertThat(BranchRefiner.predict(JumpOp.NE, false, even, odd)).isOne();
        assertThat(BranchRefiner.predict(JumpOp.EQ, true, even, even)).isEqualTo(-1);
    }

    @Test
    void predictsBitTestsAgainstConstants() {
        ScalarValue v = ScalarValue.ofBits(new Tnum(4, 3));
        assertThat(BranchRefiner.predict(JumpOp.SET, true, v, ScalarValue.ofConst(4)))
                .isOne();
        assertThat(BranchRefiner.predict(JumpOp.SET, true, ScalarValue.ofConst(8), v))
                .isZero();
        assertThat(BranchRefiner.predict(JumpOp.SET, true, v, ScalarValue.ofConst(1)))
                .isEqualTo(-1);
        assertThat(BranchRefiner.predict(JumpOp.SET, true, v, v)).isEqualTo(-1);
    }

    @Test
    void narrowsBothSidesOfAnOrder() {
        ScalarValue a = ScalarValue.ofUnsigned(0, 100);
        ScalarValue b = ScalarValue.ofUnsigned(20, 50);
        BranchRefiner.refine(JumpOp.LT, true, a, b, out);
        assertThat(out.a.umax).isEqualTo(49);
        assertThat(out.b.umin).isEqualTo(20);
        BranchRefiner.refine(JumpOp.SGT, true, a, b, out);
        assertThat(out.a.smin).isEqualTo(21);
        BranchRefiner.refineFalse(JumpOp.LT, true, a, b, out);
        assertThat(out.a.umin).isEqualTo(20);
    }

    @Test
    void intersectsOnEquality() {
        ScalarValue a = ScalarValue.ofUnsigned(0, 10);
        ScalarValue b = ScalarValue.ofSigned(-5, 5).meet(ScalarValue.ofBits(new Tnum(0, ~1L)));
        BranchRefiner.refine(JumpOp.EQ, true, a, b, out);
        assertThat(out.a.umax).isEqualTo(5);
        assertThat(out.a.var).isEqualTo(new Tnum(0, 6));
        assertThat(out.b).isEqualTo(out.a);
    }

    @Test
    void movesAnEdgeOnInequality() {
        BranchRefiner.refine(JumpOp.NE, true, ScalarValue.ofUnsigned(0, 10), ScalarValue.ZERO, out);
        assertThat(out.a.umin).isOne();
        BranchRefiner.refine(JumpOp.NE, true, ScalarValue.ofConst(10), ScalarValue.ofUnsigned(0, 10), out);
        assertThat(out.b.umax).isEqualTo(9);
        BranchRefiner.refine(JumpOp.NE, true, ScalarValue.ofUnsigned(0, 10), ScalarValue.ofConst(5), out);
        assertThat(out.a).isEqualTo(ScalarValue.ofUnsigned(0, 10));
    }

    @Test
    void learnsBitsFromBitTests() {
        BranchRefiner.refine(JumpOp.SET, true, ScalarValue.UNKNOWN, ScalarValue.ofConst(8), out);
        assertThat(out.a.var).isEqualTo(new Tnum(8, ~8L));
        BranchRefiner.refine(JumpOp.SET, true, ScalarValue.UNKNOWN, ScalarValue.ofConst(9), out);
        assertThat(out.a).isSameAs(ScalarValue.UNKNOWN);
        BranchRefiner.refineFalse(JumpOp.SET, true, ScalarValue.UNKNOWN, ScalarValue.ofConst(~7L), out);
        assertThat(out.a.umax).isEqualTo(7);
    }

    @Test
    void changesOnlyTheLowWordIn32BitJumps() {
        BranchRefiner.refine(JumpOp.LT, false, ScalarValue.UNKNOWN, ScalarValue.ofConst(16), out);
        assertThat(out.a.u32max).isEqualTo(15);
        assertThat(out.a.umax).isEqualTo(0xffff_ffff_0000_000fL);
        BranchRefiner.refine(JumpOp.SLT, false, ScalarValue.unsignedLoad(4), ScalarValue.ZERO, out);
        assertThat(out.a.s32max).isEqualTo(-1);
        assertThat(out.a.umin).isEqualTo(0x8000_0000L);
    }

    /** Expected values: Linux 6.18's log of {@code r0 &= mask; if r0 op r0}. */
    @Test
    void refinesARegisterComparedWithItselfInPlace() {
        ScalarValue two = ScalarValue.ofBits(new Tnum(0, 1));
        assertThat(BranchRefiner.refineSame(JumpOp.LT, true, two)).isEqualTo(ScalarValue.ofConst(1));
        assertThat(BranchRefiner.refineSame(JumpOp.SLT, true, two)).isEqualTo(two);
        assertThat(BranchRefiner.refineSame(JumpOp.SLT, false, two)).isEqualTo(ScalarValue.ofConst(1));
        assertThat(BranchRefiner.refineSame(JumpOp.LT, false, two).isBroken()).isTrue();
        assertThat(BranchRefiner.refineSame(JumpOp.LE, true, two)).isEqualTo(two);
        ScalarValue four = ScalarValue.ofBits(new Tnum(0, 3));
        assertThat(BranchRefiner.refineSame(JumpOp.GT, true, four).umin).isEqualTo(1);
        assertThat(BranchRefiner.refineSame(JumpOp.GT, true, four).umax).isEqualTo(2);
        assertThat(BranchRefiner.refineSame(JumpOp.SLT, true, ScalarValue.ofBits(new Tnum(0, 4))))
                .isEqualTo(ScalarValue.ZERO);
    }
}
