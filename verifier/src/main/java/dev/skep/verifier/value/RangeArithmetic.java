package dev.skep.verifier.value;

/**
 * Sums, differences and products of ranges at both widths. The left operand is changed in place; known bits are the
 * caller's.
 *
 * <p>Unsigned sums and differences stay a range when both ends wrap or none does. Signed ones, and all products, when
 * no end wraps.
 */
final class RangeArithmetic {
    private static final long LOW = 0xffff_ffffL;

    private RangeArithmetic() {}

    static void add(Bounds b, ScalarValue src) {
        long smin = b.smin + src.smin;
        long smax = b.smax + src.smax;
        if (sumWraps(b.smin, src.smin, smin) || sumWraps(b.smax, src.smax, smax)) {
            b.forgetSigned64();
        } else {
            b.smin = smin;
            b.smax = smax;
        }
        long umin = b.umin + src.umin;
        long umax = b.umax + src.umax;
        if (Long.compareUnsigned(umin, b.umin) < 0 == Long.compareUnsigned(umax, b.umax) < 0) {
            b.umin = umin;
            b.umax = umax;
        } else {
            b.forgetUnsigned64();
        }
        signed32(b, (long) b.s32min + src.s32min, (long) b.s32max + src.s32max);
        unsigned32(b, (b.u32min & LOW) + (src.u32min & LOW), (b.u32max & LOW) + (src.u32max & LOW));
    }

    static void sub(Bounds b, ScalarValue src) {
        long smin = b.smin - src.smax;
        long smax = b.smax - src.smin;
        if (differenceWraps(b.smin, src.smax, smin) || differenceWraps(b.smax, src.smin, smax)) {
            b.forgetSigned64();
        } else {
            b.smin = smin;
            b.smax = smax;
        }
        long umin = b.umin - src.umax;
        long umax = b.umax - src.umin;
        if (Long.compareUnsigned(b.umin, src.umax) < 0 == Long.compareUnsigned(b.umax, src.umin) < 0) {
            b.umin = umin;
            b.umax = umax;
        } else {
            b.forgetUnsigned64();
        }
        signed32(b, (long) b.s32min - src.s32max, (long) b.s32max - src.s32min);
        unsigned32(b, (b.u32min & LOW) - (src.u32max & LOW), (b.u32max & LOW) - (src.u32min & LOW));
    }

    static void mul(Bounds b, ScalarValue src) {
        mulUnsigned64(b, src);
        mulSigned64(b, src);
        long umax = (b.u32max & LOW) * (src.u32max & LOW);
        if (umax >>> 32 != 0) {
            b.forgetUnsigned32();
        } else {
            b.u32min = (int) ((b.u32min & LOW) * (src.u32min & LOW));
            b.u32max = (int) umax;
        }
        long p = (long) b.s32min * src.s32min;
        long q = (long) b.s32min * src.s32max;
        long r = (long) b.s32max * src.s32min;
        long s = (long) b.s32max * src.s32max;
        signed32(b, Math.min(Math.min(p, q), Math.min(r, s)), Math.max(Math.max(p, q), Math.max(r, s)));
    }

    private static void mulUnsigned64(Bounds b, ScalarValue src) {
        if (Math.unsignedMultiplyHigh(b.umax, src.umax) != 0) {
            b.forgetUnsigned64();
        } else {
            b.umin *= src.umin;
            b.umax *= src.umax;
        }
    }

    private static void mulSigned64(Bounds b, ScalarValue src) {
        if (productWraps(b.smin, src.smin)
                || productWraps(b.smin, src.smax)
                || productWraps(b.smax, src.smin)
                || productWraps(b.smax, src.smax)) {
            b.forgetSigned64();
            return;
        }
        long p = b.smin * src.smin;
        long q = b.smin * src.smax;
        long r = b.smax * src.smin;
        long s = b.smax * src.smax;
        b.smin = Math.min(Math.min(p, q), Math.min(r, s));
        b.smax = Math.max(Math.max(p, q), Math.max(r, s));
    }

    private static void signed32(Bounds b, long min, long max) {
        if ((int) min != min || (int) max != max) {
            b.forgetSigned32();
        } else {
            b.s32min = (int) min;
            b.s32max = (int) max;
        }
    }

    /** The ends as 33-bit results: equal high words mean that both wrapped or none did. */
    private static void unsigned32(Bounds b, long min, long max) {
        if (min >> 32 == max >> 32) {
            b.u32min = (int) min;
            b.u32max = (int) max;
        } else {
            b.forgetUnsigned32();
        }
    }

    private static boolean sumWraps(long a, long b, long sum) {
        return ((a ^ sum) & (b ^ sum)) < 0;
    }

    private static boolean differenceWraps(long a, long b, long difference) {
        return ((a ^ b) & (a ^ difference)) < 0;
    }

    private static boolean productWraps(long a, long b) {
        return Math.multiplyHigh(a, b) != a * b >> 63;
    }
}
