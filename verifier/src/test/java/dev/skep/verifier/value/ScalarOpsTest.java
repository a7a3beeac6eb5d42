package dev.skep.verifier.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction.ByteSwap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Arithmetic: sound on every small number and on random ones, and as precise as Linux where it was observed. */
class ScalarOpsTest {
    @Test
    void isSoundOnEverySmallNumber() {
        List<Samples.Sample> samples = Samples.small();
        for (AluOp op : AluOp.values()) {
            for (boolean is64 : new boolean[] {true, false}) {
                for (Samples.Sample a : samples) {
                    for (Samples.Sample b : samples) {
                        ScalarValue result = ScalarOps.apply(op, is64, a.value(), b.value());
                        for (long x : a.numbers()) {
                            for (long y : b.numbers()) {
                                if (!op.isShift() || y >= 0 && y < 32) {
                                    require(op, is64, a.value(), b.value(), result, x, y);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void isSoundOnRandomNumbers() {
        Random random = new Random(2);
        for (AluOp op : AluOp.values()) {
            for (int i = 0; i < Samples.RANDOM; i++) {
                boolean is64 = random.nextBoolean();
                long x = Samples.number(random);
                long y = op.isShift() ? random.nextInt(is64 ? 64 : 32) : Samples.number(random);
                ScalarValue a = Samples.around(x, random);
                ScalarValue b =
                        op.isShift() && random.nextInt(5) != 0 ? ScalarValue.ofConst(y) : Samples.around(y, random);
                ScalarValue result = ScalarOps.apply(op, is64, a, b);
                require(op, is64, a, b, result, x, y);
                if (result.isBroken()) {
                    throw new AssertionError(a + " " + op + " " + b + " is broken: " + result);
                }
            }
        }
    }

    private static void require(
            AluOp op, boolean is64, ScalarValue a, ScalarValue b, ScalarValue result, long x, long y) {
        long z = Samples.compute(op, is64, x, y);
        if (!result.contains(z)) {
            throw new AssertionError(a + " " + op + (is64 ? "" : "32") + " " + b + " = " + result + " lacks " + x + ","
                    + y + " -> " + z);
        }
    }

    @Test
    void negatesAndSwapsSoundly() {
        Random random = new Random(3);
        for (int i = 0; i < 2 * Samples.RANDOM; i++) {
            long n = Samples.number(random);
            ScalarValue v = Samples.around(n, random);
            assertThat(ScalarOps.negate(true, v).contains(-n)).isTrue();
            assertThat(ScalarOps.negate(false, v).contains(-n & 0xffff_ffffL)).isTrue();
            for (ByteSwap.Order order : ByteSwap.Order.values()) {
                boolean swap = order != ByteSwap.Order.TO_LITTLE;
                long low16 = (swap ? Short.reverseBytes((short) n) : n) & 0xffff;
                long low32 = (swap ? Integer.reverseBytes((int) n) : n) & 0xffff_ffffL;
                assertThat(ScalarOps.byteSwap(order, 16, v).contains(low16)).isTrue();
                assertThat(ScalarOps.byteSwap(order, 32, v).contains(low32)).isTrue();
                assertThat(ScalarOps.byteSwap(order, 64, v).contains(swap ? Long.reverseBytes(n) : n))
                        .isTrue();
            }
        }
    }

    @Test
    void foldsConstants() {
        Random random = new Random(4);
        for (int i = 0; i < Samples.RANDOM / 3; i++) {
            long x = Samples.number(random);
            boolean is64 = random.nextBoolean();
            for (AluOp op : AluOp.values()) {
                long y = op.isShift() ? random.nextInt(32) : Samples.number(random);
                ScalarValue result = ScalarOps.apply(op, is64, ScalarValue.ofConst(x), ScalarValue.ofConst(y));
                if (op.isDivision()) {
                    assertThat(result).isSameAs(ScalarValue.UNKNOWN);
                } else {
                    assertThat(result).isEqualTo(ScalarValue.ofConst(Samples.compute(op, is64, x, y)));
                }
            }
        }
    }

    @Test
    void keepsASumWhenBothEndsWrap() {
        ScalarValue high = ScalarValue.ofUnsigned(-16, -1);
        ScalarValue sum = ScalarOps.apply(AluOp.ADD, true, high, ScalarValue.ofConst(0x20));
        assertThat(sum.umin).isEqualTo(16);
        assertThat(sum.umax).isEqualTo(31);
    }

    @Test
    void multipliesSignedRanges() {
        ScalarValue v = ScalarValue.ofSigned(-5, 58);
        ScalarValue times3 = ScalarOps.apply(AluOp.MUL, true, v, ScalarValue.ofConst(3));
        assertThat(times3.smin).isEqualTo(-15);
        assertThat(times3.smax).isEqualTo(174);
        ScalarValue negative = ScalarOps.apply(AluOp.MUL, true, v, ScalarValue.ofConst(-3));
        assertThat(negative.smin).isEqualTo(-174);
        assertThat(negative.smax).isEqualTo(15);
    }

    @Test
    void forgetsAllOnUnknownOrTooWideShifts() {
        ScalarValue v = ScalarValue.ofUnsigned(0, 3);
        for (AluOp op : List.of(AluOp.LSH, AluOp.RSH, AluOp.ARSH)) {
            assertThat(ScalarOps.apply(op, true, v, ScalarValue.ofUnsigned(1, 2)))
                    .isSameAs(ScalarValue.UNKNOWN);
            assertThat(ScalarOps.apply(op, true, v, ScalarValue.ofConst(64))).isSameAs(ScalarValue.UNKNOWN);
            assertThat(ScalarOps.apply(op, false, v, ScalarValue.ofConst(32))).isSameAs(ScalarValue.UNKNOWN);
            assertThat(ScalarOps.apply(op, true, v, ScalarValue.ofConst(63)).isUnknown())
                    .isFalse();
        }
    }

    @Test
    void tracksTheSignExtensionIdiom() {
        ScalarValue v = ScalarValue.ofSigned(-4, 7).zext32();
        ScalarValue up = ScalarOps.apply(AluOp.LSH, true, v, ScalarValue.ofConst(32));
        ScalarValue down = ScalarOps.apply(AluOp.ARSH, true, up, ScalarValue.ofConst(32));
        assertThat(down.smin).isEqualTo(-4);
        assertThat(down.smax).isEqualTo(7);
    }

    @Test
    void doesNotSeeThatAValueEqualsItself() {
        ScalarValue v = ScalarValue.ofUnsigned(0, 7);
        assertThat(ScalarOps.apply(AluOp.XOR, true, v, v).isConst()).isFalse();
        assertThat(ScalarOps.apply(AluOp.SUB, true, v, v).isConst()).isFalse();
    }

    @Test
    void swapsKnownBits() {
        ScalarValue v = ScalarValue.ofBits(new Tnum(0, 0x7ff));
        assertThat(ScalarOps.byteSwap(ByteSwap.Order.TO_BIG, 16, v).var).isEqualTo(new Tnum(0, 0xff07));
        assertThat(ScalarOps.byteSwap(ByteSwap.Order.SWAP, 32, ScalarValue.ofConst(0x1234)))
                .isEqualTo(ScalarValue.ofConst(0x3412_0000L));
    }

    @Test
    void splitsOnSignMasks() {
        ScalarValue mask = ScalarValue.ofSigned(-1, 0);
        ScalarValue constant = ScalarValue.ofConst(13);
        assertThat(ScalarOps.forksOnSignMask(AluOp.AND, mask, constant)).isTrue();
        assertThat(ScalarOps.forksOnSignMask(AluOp.OR, mask, constant)).isTrue();
        assertThat(ScalarOps.forksOnSignMask(AluOp.XOR, mask, constant)).isFalse();
        assertThat(ScalarOps.forksOnSignMask(AluOp.AND, mask, ScalarValue.ofUnsigned(1, 2)))
                .isFalse();
        assertThat(ScalarOps.forksOnSignMask(AluOp.AND, ScalarValue.ofConst(-1), constant))
                .isFalse();
        assertThat(ScalarOps.signMask(mask, true)).isEqualTo(ScalarValue.ofConst(-1));
        assertThat(ScalarOps.signMask(mask, false)).isEqualTo(ScalarValue.ZERO);
        ScalarValue narrow = mask.zext32();
        assertThat(ScalarOps.signMaskWidth(narrow)).isEqualTo(32);
        assertThat(ScalarOps.signMask(narrow, true)).isEqualTo(ScalarValue.ofConst(0xffff_ffffL));
    }
}
