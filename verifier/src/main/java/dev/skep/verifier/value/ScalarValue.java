package dev.skep.verifier.value;

/**
 * What is known of a 64-bit number: its bits, and four ranges. Immutable.
 *
 * <p><em>Shape</em>: {@code var} known bits; {@code smin..smax} and {@code umin..umax} the number as signed and
 * unsigned;
 * {@code s32min..s32max} and {@code u32min..u32max} its low word likewise. Unsigned fields hold unsigned numbers in
 * Java's signed types.
 * The number satisfies all five at once. No value is empty by design, but contradictory comparisons can make one:
 * {@link #isBroken}.
 */
public final class ScalarValue {
    private static final long LOW = 0xffff_ffffL;

    /** Nothing known. */
    public static final ScalarValue UNKNOWN = new ScalarValue(
            Tnum.UNKNOWN, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);

    private static final int CACHE_MIN = -128;
    private static final ScalarValue[] CONSTANTS = new ScalarValue[1024 - CACHE_MIN];

    static {
        for (int i = 0; i < CONSTANTS.length; i++) {
            CONSTANTS[i] = constant(i + CACHE_MIN);
        }
    }

    /** The constant 0. */
    public static final ScalarValue ZERO = ofConst(0);

    private static final ScalarValue[] UNSIGNED_LOADS = {
        null, UNKNOWN.truncate(1), UNKNOWN.truncate(2), null, UNKNOWN.truncate(4), null, null, null, UNKNOWN
    };
    private static final ScalarValue[] SIGNED_LOADS = {
        null,
        SignExtension.unknown64(8),
        SignExtension.unknown64(16),
        null,
        SignExtension.unknown64(32),
        null,
        null,
        null,
        UNKNOWN
    };

    public final Tnum var;
    public final long smin;
    public final long smax;
    public final long umin;
    public final long umax;
    public final int s32min;
    public final int s32max;
    public final int u32min;
    public final int u32max;

    private ScalarValue(
            Tnum var, long smin, long smax, long umin, long umax, int s32min, int s32max, int u32min, int u32max) {
        this.var = var;
        this.smin = smin;
        this.smax = smax;
        this.umin = umin;
        this.umax = umax;
        this.s32min = s32min;
        this.s32max = s32max;
        this.u32min = u32min;
        this.u32max = u32max;
    }

    /** The number {@code value}. */
    public static ScalarValue ofConst(long value) {
        long index = value - CACHE_MIN;
        return index >= 0 && index < CONSTANTS.length ? CONSTANTS[(int) index] : constant(value);
    }

    private static ScalarValue constant(long value) {
        int low = (int) value;
        return new ScalarValue(Tnum.of(value), value, value, value, value, low, low, low, low);
    }

    /** A value with exactly these parts, not synchronised. */
    public static ScalarValue of(
            Tnum var, long smin, long smax, long umin, long umax, int s32min, int s32max, int u32min, int u32max) {
        if (var.isConst()) {
            long v = var.value();
            int low = (int) v;
            if (smin == v
                    && smax == v
                    && umin == v
                    && umax == v
                    && s32min == low
                    && s32max == low
                    && u32min == low
                    && u32max == low) {
                return ofConst(v);
            }
        } else if (var.isUnknown()
                && umin == 0
                && umax == -1
                && smin == Long.MIN_VALUE
                && smax == Long.MAX_VALUE
                && s32min == Integer.MIN_VALUE
                && s32max == Integer.MAX_VALUE
                && u32min == 0
                && u32max == -1) {
            return UNKNOWN;
        }
        return new ScalarValue(var, smin, smax, umin, umax, s32min, s32max, u32min, u32max);
    }

    /** All that follows from the known bits {@code var}. */
    public static ScalarValue ofBits(Tnum var) {
        return Bounds.fromBits(var).synced();
    }

    /** A number in {@code min..max}, signed. */
    public static ScalarValue ofSigned(long min, long max) {
        return UNKNOWN.withSigned(min, max);
    }

    /** A number in {@code min..max}, unsigned. */
    public static ScalarValue ofUnsigned(long min, long max) {
        return UNKNOWN.withUnsigned(min, max);
    }

    /** What a zero-extending load of 1, 2, 4 or 8 bytes of unknown memory gives. */
    public static ScalarValue unsignedLoad(int bytes) {
        return UNSIGNED_LOADS[bytes];
    }

    /** What a sign-extending load of 1, 2 or 4 bytes of unknown memory gives. */
    public static ScalarValue signedLoad(int bytes) {
        return SIGNED_LOADS[bytes];
    }

    public boolean isConst() {
        return var.mask() == 0;
    }

    /** The number itself; meaningful only if {@link #isConst}. */
    public long constValue() {
        return var.value();
    }

    public boolean isConst(long value) {
        return var.mask() == 0 && var.value() == value;
    }

    /** True when nothing at all is known. */
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    /** True when the low word is one known number. */
    public boolean subregConst() {
        return var.isSubregConst();
    }

    /** The low word; meaningful only if {@link #subregConst}. */
    public int subregValue() {
        return (int) var.value();
    }

    /** True when the number needs no more than 32 bits, unsigned. */
    public boolean fits32() {
        return umax >>> 32 == 0;
    }

    /** True when the parts contradict each other: no number has them all. */
    public boolean isBroken() {
        if (smin > smax
                || Long.compareUnsigned(umin, umax) > 0
                || s32min > s32max
                || Integer.compareUnsigned(u32min, u32max) > 0) {
            return true;
        }
        if (var.isSubregConst()) {
            int low = (int) var.value();
            if (s32min != low || s32max != low || u32min != low || u32max != low) {
                return true;
            }
        }
        long v = var.value();
        return var.isConst() && (smin != v || smax != v || umin != v || umax != v);
    }

    /** The same knowledge with each part as tight as the others make it; see {@link Bounds}. */
    public ScalarValue sync() {
        return isConst() && !isBroken() ? this : Bounds.of(this).synced();
    }

    /** The low word, zero-extended. */
    public ScalarValue zext32() {
        if (isConst()) {
            return ofConst(var.value() & LOW);
        }
        Bounds b = Bounds.of(this);
        b.zeroExtend();
        return b.synced();
    }

    /** The low {@code bytes} (1, 2, 4 or 8) bytes, zero-extended. */
    public ScalarValue truncate(int bytes) {
        if (bytes == 8) {
            return this;
        }
        long keep = -1L >>> 64 - 8 * bytes;
        if (isConst()) {
            return ofConst(var.value() & keep);
        }
        Bounds b = Bounds.of(this);
        b.value &= keep;
        b.mask &= keep;
        boolean sameTop = (umin & ~keep) == (umax & ~keep);
        b.smin = b.umin = sameTop ? umin & keep : 0;
        b.smax = b.umax = sameTop ? umax & keep : keep;
        if (bytes < 4) {
            b.forget32();
        }
        return b.synced();
    }

    /** The low {@code bits} (8, 16 or 32) bits, sign-extended to 64. */
    public ScalarValue signExtend(int bits) {
        return SignExtension.to64(this, bits);
    }

    /** The low {@code bits} (8 or 16) bits, sign-extended to 32, then zero-extended to 64. */
    public ScalarValue signExtend32(int bits) {
        return SignExtension.to32(this, bits);
    }

    /** As this, and known to be in {@code min..max}, unsigned. */
    public ScalarValue withUnsigned(long min, long max) {
        Bounds b = Bounds.of(this);
        b.meetUnsigned64(min, max);
        return b.synced();
    }

    /** As this, and known to be in {@code min..max}, signed. */
    public ScalarValue withSigned(long min, long max) {
        Bounds b = Bounds.of(this);
        b.meetSigned64(min, max);
        return b.synced();
    }

    /** As this, with a low word that is known to be {@code word}; the high word as it was. */
    public ScalarValue withLowWord(int word) {
        Bounds b = Bounds.of(this);
        b.value = b.value & ~LOW | word & LOW;
        b.mask &= ~LOW;
        b.s32min = b.s32max = b.u32min = b.u32max = word;
        return b.synced();
    }

    /** The same, its low word's ranges forgotten; not synchronised: the known bits stay. */
    public ScalarValue withoutWordRanges() {
        return of(var, smin, smax, umin, umax, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1);
    }

    /** What is known of a number of which both this and {@code other} are known. */
    public ScalarValue meet(ScalarValue other) {
        Bounds b = Bounds.of(this);
        b.meetSigned64(other.smin, other.smax);
        b.meetUnsigned64(other.umin, other.umax);
        b.meetSigned32(other.s32min, other.s32max);
        b.meetUnsigned32(other.u32min, other.u32max);
        b.bits(var.intersect(other.var));
        return b.synced();
    }

    /** True when each part of this is within the same part of {@code other}. */
    public boolean isSubsetOf(ScalarValue other) {
        return this == other || rangesWithin(other) && other.var.contains(var);
    }

    /** True when all four ranges are within those of {@code other}; known bits are not looked at. */
    public boolean rangesWithin(ScalarValue other) {
        return Long.compareUnsigned(other.umin, umin) <= 0
                && Long.compareUnsigned(other.umax, umax) >= 0
                && other.smin <= smin
                && other.smax >= smax
                && Integer.compareUnsigned(other.u32min, u32min) <= 0
                && Integer.compareUnsigned(other.u32max, u32max) >= 0
                && other.s32min <= s32min
                && other.s32max >= s32max;
    }

    /** True when {@code number} satisfies all five parts. */
    public boolean contains(long number) {
        int low = (int) number;
        return var.contains(number)
                && smin <= number
                && number <= smax
                && Long.compareUnsigned(umin, number) <= 0
                && Long.compareUnsigned(number, umax) <= 0
                && s32min <= low
                && low <= s32max
                && Integer.compareUnsigned(u32min, low) <= 0
                && Integer.compareUnsigned(low, u32max) <= 0;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof ScalarValue that
                        && smin == that.smin
                        && smax == that.smax
                        && umin == that.umin
                        && umax == that.umax
                        && s32min == that.s32min
                        && s32max == that.s32max
                        && u32min == that.u32min
                        && u32max == that.u32max
                        && var.value() == that.var.value()
                        && var.mask() == that.var.mask();
    }

    @Override
    public int hashCode() {
        long h = smin * 31 + smax;
        h = h * 31 + umin;
        h = h * 31 + umax;
        h = h * 31 + var.value();
        h = h * 31 + var.mask();
        return Long.hashCode(h) * 31 + s32min ^ s32max * 17 ^ u32min * 13 ^ u32max;
    }

    @Override
    public String toString() {
        return isConst() && !isBroken()
                ? Long.toString(var.value())
                : "s64=[" + smin + "," + smax + "] u64=[" + Long.toUnsignedString(umin) + ","
                        + Long.toUnsignedString(umax) + "] s32=[" + s32min + "," + s32max + "] u32=["
                        + Integer.toUnsignedString(u32min) + ","
                        + Integer.toUnsignedString(u32max) + "] bits=" + var;
    }
}
