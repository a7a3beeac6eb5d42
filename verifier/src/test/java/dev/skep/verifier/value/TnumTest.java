package dev.skep.verifier.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Known bits: every tnum of a few bits ({@code skep.test.bits}) against every number it stands for. */
class TnumTest {
    static final int BITS = Integer.getInteger("skep.test.bits", 5);
    private static final long ALL = (1 << BITS) - 1;

    private interface Abstract {
        Tnum of(Tnum a, Tnum b);
    }

    private interface Concrete {
        long of(long a, long b);
    }

    static List<Tnum> tnums(int bits) {
        List<Tnum> all = new ArrayList<>();
        for (long mask = 0; mask < 1 << bits; mask++) {
            for (long value = 0; value < 1 << bits; value++) {
                if ((value & mask) == 0) {
                    all.add(new Tnum(value, mask));
                }
            }
        }
        return all;
    }

    /**
     * Sound on all numbers of so many bits; with {@code exact}, the result is the smallest tnum that holds all
     * outcomes.
     */
    private static void check(Abstract op, Concrete on, boolean exact) {
        check(op, on, exact, tnums(BITS));
    }

    /** The same for an operation on one number. */
    private static void check(UnaryOperator<Tnum> op, LongUnaryOperator on) {
        check((a, _) -> op.apply(a), (x, _) -> on.applyAsLong(x), true, List.of(Tnum.of(0)));
    }

    private static void check(Abstract op, Concrete on, boolean exact, List<Tnum> right) {
        for (Tnum a : tnums(BITS)) {
            for (Tnum b : right) {
                Tnum result = op.of(a, b);
                Tnum best = null;
                for (long x = 0; x <= ALL; x++) {
                    if (!a.contains(x)) {
                        continue;
                    }
                    for (long y = 0; y <= ALL; y++) {
                        if (b.contains(y)) {
                            long z = on.of(x, y);
                            best = best == null ? Tnum.of(z) : best.union(Tnum.of(z));
                            if (!result.contains(z)) {
                                throw new AssertionError(a + " op " + b + " = " + result + " lacks " + z);
                            }
                        }
                    }
                }
                assertThat(result.value() & result.mask()).isZero();
                if (exact && !result.equals(best)) {
                    throw new AssertionError(a + " op " + b + " = " + result + " is wider than " + best);
                }
            }
        }
    }

    @Test
    void addsExactly() {
        check(Tnum::add, (x, y) -> x + y, true);
    }

    @Test
    void subtractsExactly() {
        check(Tnum::sub, (x, y) -> x - y, true);
        check(Tnum::neg, x -> -x);
    }

    @Test
    void doesBitwiseOperationsExactly() {
        check(Tnum::and, (x, y) -> x & y, true);
        check(Tnum::or, (x, y) -> x | y, true);
        check(Tnum::xor, (x, y) -> x ^ y, true);
    }

    @Test
    void multipliesSoundly() {
        check(Tnum::mul, (x, y) -> x * y, false);
    }

    @Test
    void shiftsExactly() {
        for (int n : new int[] {0, 1, 3, 31, 32, 60, 63}) {
            check(a -> a.lsh(n), x -> x << n);
            check(a -> a.rsh(n), x -> x >>> n);
            check(a -> a.lsh(64 - BITS).arsh(n, 64), x -> x << 64 - BITS >> n);
        }
        for (int n : new int[] {0, 1, 4, 31}) {
            check(a -> a.lsh(32 - BITS).arsh(n, 32), x -> (int) (x << 32 - BITS) >> n & 0xffff_ffffL);
        }
    }

    @Test
    void containsExactlyItsSubsets() {
        for (Tnum a : tnums(BITS)) {
            for (Tnum b : tnums(BITS)) {
                boolean subset = true;
                boolean common = false;
                for (long x = 0; x <= ALL; x++) {
                    subset &= !b.contains(x) || a.contains(x);
                    common |= a.contains(x) && b.contains(x);
                }
                assertThat(a.contains(b)).isEqualTo(subset);
                assertThat(a.overlaps(b)).isEqualTo(common);
                if (common) {
                    Tnum both = a.intersect(b);
                    for (long x = 0; x <= ALL; x++) {
                        assertThat(both.contains(x)).isEqualTo(a.contains(x) && b.contains(x));
                    }
                }
            }
        }
    }

    @Test
    void takesTheSmallestTnumAroundARange() {
        for (long min = 0; min <= ALL; min++) {
            for (long max = min; max <= ALL; max++) {
                Tnum best = Tnum.of(min);
                for (long x = min; x <= max; x++) {
                    best = best.union(Tnum.of(x));
                }
                assertThat(Tnum.range(min, max)).isEqualTo(best);
            }
        }
        assertThat(Tnum.range(0, -1)).isEqualTo(Tnum.UNKNOWN);
        assertThat(Tnum.range(Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(Tnum.UNKNOWN);
    }

    @Test
    void findsTheNextNumberItStandsFor() {
        for (Tnum t : tnums(BITS)) {
            for (long n = 0; n <= ALL; n++) {
                long next = n + 1;
                while (next <= ALL && !t.contains(next)) {
                    next++;
                }
                long expected = next <= ALL ? next : t.value() | t.mask();
                assertThat(Tnum.memberAfter(t.value(), t.mask(), n)).isEqualTo(expected);
                assertThat(Tnum.memberAfter(t.value() << 59, t.mask() << 59, (n << 59) + (1L << 59) - 1))
                        .isEqualTo(expected << 59);
            }
        }
    }

    @Test
    void multipliesAsTightlyAsLinux() {
        assertThat(new Tnum(0, 5).mul(new Tnum(0, 5))).isEqualTo(new Tnum(0, 0x1d));
        assertThat(new Tnum(1, 0xe).mul(new Tnum(8, 6))).isEqualTo(new Tnum(0, 0xfe));
    }

    @Test
    void swapsBytesOfBothWords() {
        Tnum t = new Tnum(0x0102_0304_0506_0700L, 0xf0);
        assertThat(t.bswap16()).isEqualTo(new Tnum(0x0007, 0xf000));
        assertThat(t.bswap32()).isEqualTo(new Tnum(0x0007_0605L, 0xf000_0000L));
        assertThat(t.bswap64()).isEqualTo(new Tnum(0x0007_0605_0403_0201L, 0xf0L << 56));
    }

    @Test
    void splitsAndJoinsWords() {
        Tnum t = new Tnum(0x1234_5600_0000_00f0L, 0xff_0000_000fL);
        assertThat(t.subreg()).isEqualTo(new Tnum(0xf0, 0xf));
        assertThat(t.clearSubreg().subreg()).isEqualTo(Tnum.ZERO);
        assertThat(t.clearSubreg().withSubreg(t)).isEqualTo(t);
        assertThat(t.castToSize(1)).isEqualTo(new Tnum(0xf0, 0xf));
        assertThat(t.castToSize(8)).isSameAs(t);
        assertThat(t.isSubregConst()).isFalse();
        assertThat(new Tnum(5, 1L << 40).isSubregConst()).isTrue();
    }

    @Test
    void knowsAlignment() {
        assertThat(new Tnum(8, 0x30).isAligned(8)).isTrue();
        assertThat(new Tnum(8, 0x34).isAligned(8)).isFalse();
        assertThat(new Tnum(4, 0).isAligned(8)).isFalse();
        assertThat(Tnum.UNKNOWN.isAligned(0)).isTrue();
    }
}
