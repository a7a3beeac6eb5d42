package dev.skep.verifier.value;

/**
 * Sign extension of the low 8, 16 or 32 bits. The range survives when its ends have the same dropped bits and the same
 * new sign;
 * otherwise only the width of the result is known. Source: observed on Linux 6.18.
 */
final class SignExtension {
    private static final long LOW = 0xffff_ffffL;

    private SignExtension() {}

    static ScalarValue to64(ScalarValue v, int bits) {
        int drop = 64 - bits;
        if (v.isConst()) {
            return ScalarValue.ofConst(v.constValue() << drop >> drop);
        }
        if (v.smin >> bits == v.smax >> bits) {
            long a = v.smin << drop >> drop;
            long b = v.smax << drop >> drop;
            if ((a ^ b) >= 0) {
                long min = Math.min(a, b);
                long max = Math.max(a, b);
                return ScalarValue.of(
                        Tnum.range(min, max), min, max, min, max, (int) min, (int) max, (int) min, (int) max);
            }
        }
        return ScalarValue.signedLoad(bits / 8);
    }

    static ScalarValue to32(ScalarValue v, int bits) {
        int drop = 32 - bits;
        if (v.isConst()) {
            return ScalarValue.ofConst(((int) v.constValue() << drop >> drop) & LOW);
        }
        Bounds b = Bounds.of(v);
        b.bits(Tnum.UNKNOWN.subreg());
        b.forgetUnsigned32();
        b.s32min = -1 << bits - 1;
        b.s32max = ~b.s32min;
        if (v.s32min >> bits == v.s32max >> bits) {
            int x = v.s32min << drop >> drop;
            int y = v.s32max << drop >> drop;
            if ((x ^ y) >= 0) {
                b.s32min = b.u32min = Math.min(x, y);
                b.s32max = b.u32max = Math.max(x, y);
                b.bits(Tnum.range(b.s32min & LOW, b.s32max & LOW));
            }
        }
        b.zeroExtend();
        return b.synced();
    }

    /** Any number that is the sign extension of {@code bits} bits. */
    static ScalarValue unknown64(int bits) {
        long min = -1L << bits - 1;
        long max = ~min;
        return ScalarValue.of(
                Tnum.UNKNOWN,
                min,
                max,
                0,
                -1,
                Math.clamp(min, Integer.MIN_VALUE, Integer.MAX_VALUE),
                Math.clamp(max, Integer.MIN_VALUE, Integer.MAX_VALUE),
                0,
                -1);
    }
}
