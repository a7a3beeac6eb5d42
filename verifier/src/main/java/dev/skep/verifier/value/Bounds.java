package dev.skep.verifier.value;

/**
 * A working copy of a {@link ScalarValue} that operations change in place, and the rules that carry knowledge from one
 * of its parts to
 * the others. Never leaves this package.
 *
 * <p>Synchronisation, in this order: (A) ranges from known bits, or the number itself if only one is left; (B) three
 * rounds of ranges from each other: 32 bits from 64, unsigned and
 * signed 32, unsigned and signed 64, 64 from 32; (C) known bits from ranges; (A) again. The order and the number of
 * rounds are those of
 * Linux 6.18, so that the results are equal to the last bit.
 */
final class Bounds {
    private static final long LOW = 0xffff_ffffL;

    /** Known bits and unknown bits, as in {@link Tnum}. */
    long value;

    long mask;
    long smin;
    long smax;
    long umin;
    long umax;
    int s32min;
    int s32max;
    int u32min;
    int u32max;

    static Bounds of(ScalarValue v) {
        Bounds b = new Bounds();
        b.value = v.var.value();
        b.mask = v.var.mask();
        b.smin = v.smin;
        b.smax = v.smax;
        b.umin = v.umin;
        b.umax = v.umax;
        b.s32min = v.s32min;
        b.s32max = v.s32max;
        b.u32min = v.u32min;
        b.u32max = v.u32max;
        return b;
    }

    /** Known bits {@code var}; every range full. */
    static Bounds fromBits(Tnum var) {
        Bounds b = new Bounds();
        b.bits(var);
        b.forget64();
        b.forget32();
        return b;
    }

    ScalarValue freeze() {
        return ScalarValue.of(Tnum.of(value, mask), smin, smax, umin, umax, s32min, s32max, u32min, u32max);
    }

    ScalarValue synced() {
        sync();
        return freeze();
    }

    void bits(Tnum var) {
        value = var.value();
        mask = var.mask();
    }

    void forgetSigned64() {
        smin = Long.MIN_VALUE;
        smax = Long.MAX_VALUE;
    }

    void forgetUnsigned64() {
        umin = 0;
        umax = -1;
    }

    void forgetSigned32() {
        s32min = Integer.MIN_VALUE;
        s32max = Integer.MAX_VALUE;
    }

    void forgetUnsigned32() {
        u32min = 0;
        u32max = -1;
    }

    void forget64() {
        forgetSigned64();
        forgetUnsigned64();
    }

    void forget32() {
        forgetSigned32();
        forgetUnsigned32();
    }

    /** Signed ranges become the unsigned ones where those do not cross the sign bit, else full. */
    void signedFromUnsigned() {
        if (umin <= umax) {
            smin = umin;
            smax = umax;
        } else {
            forgetSigned64();
        }
        if (u32min <= u32max) {
            s32min = u32min;
            s32max = u32max;
        } else {
            forgetSigned32();
        }
    }

    /** The high word becomes 0: 64-bit ranges are those of the low word. Not synchronised. */
    void zeroExtend() {
        value &= LOW;
        mask &= LOW;
        umin = u32min & LOW;
        umax = u32max & LOW;
        boolean positive = s32min >= 0;
        smin = positive ? s32min : 0;
        smax = positive ? s32max : LOW;
    }

    void meetUnsigned64(long min, long max) {
        umin = umaxOf(umin, min);
        umax = uminOf(umax, max);
    }

    void meetSigned64(long min, long max) {
        smin = Math.max(smin, min);
        smax = Math.min(smax, max);
    }

    void meetUnsigned32(int min, int max) {
        u32min = umaxOf(u32min, min);
        u32max = uminOf(u32max, max);
    }

    void meetSigned32(int min, int max) {
        s32min = Math.max(s32min, min);
        s32max = Math.min(s32max, max);
    }

    void sync() {
        rangesFromBits();
        // a round that changes nothing would repeat itself
        for (int round = 0; round < 3 && deduceOnce(); round++) {}
        bitsFromRanges();
        rangesFromBits();
    }

    /** One round of ranges from each other, which does not look at bits; false when it changed no range. */
    private boolean deduceOnce() {
        long a = smin;
        long b = smax;
        long c = umin;
        long d = umax;
        int e = s32min;
        int f = s32max;
        int g = u32min;
        int h = u32max;
        words32From64();
        deduce32();
        deduce64();
        words64From32();
        return ((a ^ smin) | (b ^ smax) | (c ^ umin) | (d ^ umax)) != 0
                || ((e ^ s32min) | (f ^ s32max) | (g ^ u32min) | (h ^ u32max)) != 0;
    }

    void rangesFromBits() {
        meetSigned64(value | mask & Long.MIN_VALUE, value | mask & Long.MAX_VALUE);
        meetUnsigned64(value, value | mask);
        takeOnlyMember();
        int low = (int) value;
        int unknown = (int) mask;
        meetSigned32(low | unknown & Integer.MIN_VALUE, low | unknown & Integer.MAX_VALUE);
        meetUnsigned32(low, low | unknown);
    }

    /**
     * A range that holds just one of the numbers that the bits allow makes it known; but for the greatest of them when
     * the range starts
     * there, which Linux leaves to the ranges. Contradictory parts become a number, too.
     */
    private void takeOnlyMember() {
        if (mask == 0 && umin == value && umax == value || mask == -1 && Long.compareUnsigned(umin, umax) < 0) {
            return;
        }
        boolean member = (umin & ~mask) == value;
        if (member) {
            if (Long.compareUnsigned(Tnum.memberAfter(value, mask, umin), umax) > 0) {
                become(umin);
            }
            return;
        }
        long first = Tnum.memberAfter(value, mask, umin);
        if (first == (value | mask)
                || Long.compareUnsigned(first, umax) <= 0
                        && Long.compareUnsigned(Tnum.memberAfter(value, mask, first), umax) > 0) {
            become(first);
        }
    }

    private void become(long number) {
        value = smin = smax = umin = umax = number;
        mask = 0;
        s32min = s32max = u32min = u32max = (int) number;
    }

    private void words32From64() {
        if (umin >>> 32 == umax >>> 32) {
            meetUnsigned32((int) umin, (int) umax);
            if ((int) umin <= (int) umax) {
                meetSigned32((int) umin, (int) umax);
            }
        }
        if (smin >>> 32 == smax >>> 32) {
            if (Integer.compareUnsigned((int) smin, (int) smax) <= 0) {
                meetUnsigned32((int) smin, (int) smax);
            }
            if ((int) smin <= (int) smax) {
                meetSigned32((int) smin, (int) smax);
            }
        }
        wrap32(umin, umax);
        wrap32(smin, smax);
    }

    /** A 64-bit range whose low words run through -1 to 0 exactly once is a signed 32-bit range. */
    private void wrap32(long min, long max) {
        if ((int) (min >>> 32) + 1 == (int) (max >>> 32) && (int) min < 0 && (int) max >= 0) {
            meetSigned32((int) min, (int) max);
        }
    }

    private void deduce32() {
        if (u32min <= u32max) {
            meetSigned32(u32min, u32max);
        }
        if (Integer.compareUnsigned(s32min, s32max) <= 0) {
            meetUnsigned32(s32min, s32max);
        } else if (Integer.compareUnsigned(u32max, s32min) < 0) {
            s32min = u32min;
            u32max = uminOf(u32max, s32max);
        } else if (Integer.compareUnsigned(s32max, u32min) < 0) {
            s32max = u32max;
            u32min = umaxOf(u32min, s32min);
        }
    }

    private void deduce64() {
        if (umin <= umax) {
            meetSigned64(umin, umax);
        }
        if (Long.compareUnsigned(smin, smax) <= 0) {
            meetUnsigned64(smin, smax);
        } else if (Long.compareUnsigned(umax, smin) < 0) {
            smin = umin;
            umax = uminOf(umax, smax);
        } else if (Long.compareUnsigned(smax, umin) < 0) {
            smax = umax;
            umin = umaxOf(umin, smin);
        }
    }

    private void words64From32() {
        lowWords(u32min & LOW, u32max & LOW);
        if (Integer.compareUnsigned(s32min, s32max) <= 0) {
            lowWords(s32min & LOW, s32max & LOW);
        }
        if (s32min >= 0 && smin >= Integer.MIN_VALUE && smax <= Integer.MAX_VALUE) {
            smin = umin = s32min;
            smax = umax = s32max;
            meetBits(smin, smax);
        }
    }

    private void lowWords(long min, long max) {
        meetUnsigned64(umin & ~LOW | min, umax & ~LOW | max);
        meetSigned64(smin & ~LOW | min, smax & ~LOW | max);
    }

    private void bitsFromRanges() {
        meetBits(umin, umax);
        long min = u32min & LOW;
        long rangeMask = Tnum.unknownBits(min, u32max & LOW);
        long rangeValue = min & ~rangeMask;
        long lowMask = mask & rangeMask;
        long lowValue = (value & LOW | rangeValue) & ~lowMask;
        value = value & ~LOW | lowValue;
        mask = mask & ~LOW | lowMask;
    }

    private void meetBits(long min, long max) {
        long rangeMask = Tnum.unknownBits(min, max);
        long both = mask & rangeMask;
        value = (value | min & ~rangeMask) & ~both;
        mask = both;
    }

    static long uminOf(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static long umaxOf(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    static int uminOf(int a, int b) {
        return Integer.compareUnsigned(a, b) <= 0 ? a : b;
    }

    static int umaxOf(int a, int b) {
        return Integer.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
