package dev.skep.verifier.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** One scalar: constants, synchronisation, extension and truncation. */
class ScalarValueTest {
    @Test
    void knowsEverythingOfAConstant() {
        for (long n : new long[] {0, 1, -1, 5000, -5000, 0x8000_0000L, Long.MIN_VALUE}) {
            ScalarValue v = ScalarValue.ofConst(n);
            assertThat(v.isConst()).isTrue();
            assertThat(v.constValue()).isEqualTo(n);
            assertThat(v.contains(n)).isTrue();
            assertThat(v.contains(n + 1)).isFalse();
            assertThat(v.sync()).isEqualTo(v);
            assertThat(v.isBroken()).isFalse();
            assertThat(v.subregValue()).isEqualTo((int) n);
        }
        assertThat(ScalarValue.ofConst(7)).isSameAs(ScalarValue.ofConst(7));
    }

    @Test
    void becomesAConstantWhenTheRangeIsOne() {
        assertThat(ScalarValue.ofSigned(-3, 3).withSigned(3, 9)).isSameAs(ScalarValue.ofConst(3));
        assertThat(ScalarValue.ofUnsigned(8, 9).meet(ScalarValue.ofBits(new Tnum(0, ~1L))))
                .isSameAs(ScalarValue.ofConst(8));
    }

    @Test
    void becomesAConstantWhenRangeAndBitsShareOneNumber() {
        ScalarValue bits = ScalarValue.ofBits(new Tnum(0, 10));
        assertThat(bits.withUnsigned(9, 20)).isSameAs(ScalarValue.ofConst(10));
        assertThat(bits.withUnsigned(3, 9)).isSameAs(ScalarValue.ofConst(8));
        assertThat(bits.withUnsigned(0, 1)).isSameAs(ScalarValue.ofConst(0));
        assertThat(bits.withUnsigned(1, 9).isConst()).isFalse();
    }

    @Test
    void carriesRangesToTheOtherParts() {
        ScalarValue v = ScalarValue.ofUnsigned(0, 5);
        assertThat(v.var).isEqualTo(new Tnum(0, 7));
        assertThat(v.smin).isZero();
        assertThat(v.smax).isEqualTo(5);
        assertThat(v.s32max).isEqualTo(5);
        assertThat(v.u32max).isEqualTo(5);
        ScalarValue negative = ScalarValue.ofSigned(-7, -2);
        assertThat(negative.umin).isEqualTo(-7);
        assertThat(negative.umax).isEqualTo(-2);
        assertThat(negative.u32min).isEqualTo(-7);
        assertThat(negative.s32max).isEqualTo(-2);
        assertThat(negative.var).isEqualTo(new Tnum(-8, 7));
    }

    @Test
    void pullsARangeThroughTheSignBit() {
        // unsigned knowledge excludes the negative part of a signed range that crosses zero
        ScalarValue v = ScalarValue.ofSigned(-10, 100).withUnsigned(0, 1000);
        assertThat(v.smin).isZero();
        assertThat(v.umax).isEqualTo(100);
        ScalarValue w = ScalarValue.ofSigned(-10, 100).withUnsigned(200, -1);
        assertThat(w.smax).isEqualTo(-1);
        assertThat(w.umin).isEqualTo(-10);
    }

    @Test
    void isTheSameUnknownHoweverItWasMade() {
        assertThat(ScalarValue.ofBits(Tnum.UNKNOWN)).isSameAs(ScalarValue.UNKNOWN);
        assertThat(ScalarValue.UNKNOWN.withSigned(Long.MIN_VALUE, Long.MAX_VALUE))
                .isSameAs(ScalarValue.UNKNOWN);
        assertThat(ScalarValue.unsignedLoad(8).isUnknown()).isTrue();
        assertThat(ScalarValue.unsignedLoad(4).isUnknown()).isFalse();
    }

    @Test
    void loadsAsManyBitsAsTheSizeHas() {
        ScalarValue word = ScalarValue.unsignedLoad(4);
        assertThat(word.umax).isEqualTo(0xffff_ffffL);
        assertThat(word.smin).isZero();
        assertThat(word.fits32()).isTrue();
        assertThat(word.var).isEqualTo(new Tnum(0, 0xffff_ffffL));
        ScalarValue signed = ScalarValue.signedLoad(2);
        assertThat(signed.smin).isEqualTo(-32768);
        assertThat(signed.smax).isEqualTo(32767);
        assertThat(signed.s32min).isEqualTo(-32768);
        assertThat(signed.var).isEqualTo(Tnum.UNKNOWN);
        assertThat(ScalarValue.signedLoad(4).smax).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void seesContradictions() {
        assertThat(ScalarValue.ofSigned(3, 2).isBroken()).isTrue();
        assertThat(ScalarValue.ofConst(3).withUnsigned(4, 9))
                .as("a known number stays, as on Linux")
                .isEqualTo(ScalarValue.ofConst(3));
        assertThat(ScalarValue.of(Tnum.of(5), 5, 5, 5, 5, 5, 5, 5, 6).isBroken())
                .isTrue();
        assertThat(ScalarValue.UNKNOWN.isBroken()).isFalse();
    }

    @Test
    void keepsTheNumberThroughEveryChangeOfWidth() {
        Random random = new Random(1);
        for (int i = 0; i < 3 * Samples.RANDOM; i++) {
            long n = Samples.number(random);
            ScalarValue v = Samples.around(n, random);
            assertThat(v.contains(n)).isTrue();
            assertThat(v.isBroken()).isFalse();
            require(v.zext32(), n & 0xffff_ffffL, v);
            for (int bytes = 1; bytes <= 8; bytes *= 2) {
                require(v.truncate(bytes), n & -1L >>> 64 - 8 * bytes, v);
            }
            require(v.signExtend(8), (byte) n, v);
            require(v.signExtend(16), (short) n, v);
            require(v.signExtend(32), (int) n, v);
            require(v.signExtend32(8), (byte) n & 0xffff_ffffL, v);
            require(v.signExtend32(16), (short) n & 0xffff_ffffL, v);
            require(v.sync(), n, v);
        }
    }

    private static void require(ScalarValue result, long number, ScalarValue from) {
        if (!result.contains(number) || result.isBroken()) {
            throw new AssertionError(from + " -> " + result + " lacks " + number);
        }
    }

    @Test
    void comparesPartByPart() {
        ScalarValue narrow = ScalarValue.ofUnsigned(2, 5);
        ScalarValue wide = ScalarValue.ofUnsigned(0, 9);
        assertThat(narrow.isSubsetOf(wide)).isTrue();
        assertThat(wide.isSubsetOf(narrow)).isFalse();
        assertThat(narrow.isSubsetOf(ScalarValue.UNKNOWN)).isTrue();
        assertThat(ScalarValue.ofUnsigned(2, 5)).isEqualTo(narrow).hasSameHashCodeAs(narrow);
        // same ranges, fewer bits known
        ScalarValue even = ScalarValue.ofBits(new Tnum(0, 6));
        ScalarValue any = ScalarValue.ofUnsigned(0, 6);
        assertThat(any.rangesWithin(even)).isTrue();
        assertThat(any.isSubsetOf(even)).isFalse();
        assertThat(even.isSubsetOf(any)).isTrue();
    }
}
