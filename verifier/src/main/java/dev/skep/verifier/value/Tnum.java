package dev.skep.verifier.value;

/**
 * A "tristate number": each of 64 bits is known 0, known 1 or unknown.
 *
 * <p><em>Shape</em>: {@code mask} has a 1 for each unknown bit; {@code value} has the known bits and 0 where unknown,
 * so
 * {@code (value & mask) == 0}. A tnum stands for every number that agrees with it on the known bits.
 *
 * <p>Every operation is sound: the result stands for at least all results of the operation on the numbers that the
 * operands stand for.
 *
 * <p><em>Source</em>: Vishwanathan et al., "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers"
 * (CGO 2022); results as
 * observed on Linux 6.18.
 */
public record Tnum(long value, long mask) {
    /** Nothing known. */
    public static final Tnum UNKNOWN = new Tnum(0, -1);

    /** The constant 0. */
    public static final Tnum ZERO = new Tnum(0, 0);

    private static final long LOW = 0xffff_ffffL;

    /** The constant {@code value}. */
    public static Tnum of(long value) {
        return value == 0 ? ZERO : new Tnum(value, 0);
    }

    /** The tnum with these two words; canonical objects for the two commonest. */
    static Tnum of(long value, long mask) {
        if (value == 0) {
            if (mask == -1) {
                return UNKNOWN;
            }
            if (mask == 0) {
                return ZERO;
            }
        }
        return new Tnum(value, mask);
    }

    /** The smallest tnum that has all of the unsigned range {@code min..max}. */
    public static Tnum range(long min, long max) {
        long unknown = unknownBits(min, max);
        return of(min & ~unknown, unknown);
    }

    /** All bits up to the highest one in which the two ends differ. */
    static long unknownBits(long min, long max) {
        long differ = min ^ max;
        return differ == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(differ);
    }

    /**
     * The smallest number of the tnum that is greater than {@code number}, unsigned; the greatest of all if there is
     * none.
     */
    static long memberAfter(long value, long mask, long number) {
        return Long.compareUnsigned(number, value | mask) >= 0 ? value | mask : memberFrom(value, mask, number + 1);
    }

    /** The smallest number of the tnum that is at least {@code from}, unsigned; there must be one. */
    private static long memberFrom(long value, long mask, long from) {
        long wrong = (from ^ value) & ~mask;
        if (wrong == 0) {
            return from;
        }
        int position = 63 - Long.numberOfLeadingZeros(wrong);
        if ((value >>> position & 1) == 0) {
            // a known 0 where from has 1: the next higher unknown bit that from has 0 must become 1
            long candidates = mask & ~from & -2L << position;
            position = Long.numberOfTrailingZeros(candidates);
            return from & -2L << position | 1L << position | value & (1L << position) - 1;
        }
        long upTo = -1L >>> 63 - position;
        return from & ~upTo | value & upTo;
    }

    public boolean isConst() {
        return mask == 0;
    }

    public boolean isUnknown() {
        return mask == -1;
    }

    /** True when the low word is one known number. */
    public boolean isSubregConst() {
        return (mask & LOW) == 0;
    }

    /** True when every number of {@code other} is one of this. */
    public boolean contains(Tnum other) {
        return (other.mask & ~mask) == 0 && value == (other.value & ~mask);
    }

    /** True when {@code number} is one of those this stands for. */
    public boolean contains(long number) {
        return (number & ~mask) == value;
    }

    /** False when no number is in both. */
    public boolean overlaps(Tnum other) {
        return ((value ^ other.value) & ~(mask | other.mask)) == 0;
    }

    /** True when every number is a multiple of {@code size}, a power of two (0: always true). */
    public boolean isAligned(long size) {
        return size == 0 || ((value | mask) & size - 1) == 0;
    }

    public Tnum add(Tnum b) {
        long sum = value + b.value;
        long carries = sum + mask + b.mask ^ sum;
        long unknown = carries | mask | b.mask;
        return of(sum & ~unknown, unknown);
    }

    public Tnum sub(Tnum b) {
        long difference = value - b.value;
        long borrows = difference + mask ^ difference - b.mask;
        long unknown = borrows | mask | b.mask;
        return of(difference & ~unknown, unknown);
    }

    public Tnum neg() {
        return ZERO.sub(this);
    }

    public Tnum and(Tnum b) {
        long ones = value & b.value;
        return of(ones, (value | mask) & (b.value | b.mask) & ~ones);
    }

    public Tnum or(Tnum b) {
        long ones = value | b.value;
        return of(ones, (mask | b.mask) & ~ones);
    }

    public Tnum xor(Tnum b) {
        long unknown = mask | b.mask;
        return of((value ^ b.value) & ~unknown, unknown);
    }

    /**
     * Long multiplication over the bits of this: a known 1 adds the shifted {@code b}, an unknown bit may or may not.
     */
    public Tnum mul(Tnum b) {
        if ((mask | b.mask) == 0) {
            return of(value * b.value);
        }
        Tnum sum = ZERO;
        for (long bits = value | mask; bits != 0; bits &= bits - 1) {
            int position = Long.numberOfTrailingZeros(bits);
            Tnum with = sum.add(b.lsh(position));
            sum = (value >>> position & 1) != 0 ? with : sum.union(with);
        }
        return sum;
    }

    /** The smallest tnum that has every number of both. */
    public Tnum union(Tnum b) {
        long unknown = value ^ b.value | mask | b.mask;
        return of(value & ~unknown, unknown);
    }

    /** The numbers in both; meaningful only when there are some. */
    public Tnum intersect(Tnum b) {
        long unknown = mask & b.mask;
        return of((value | b.value) & ~unknown, unknown);
    }

    /** Shift left by 0 to 63. */
    public Tnum lsh(int shift) {
        return of(value << shift, mask << shift);
    }

    /** Logical shift right by 0 to 63. */
    public Tnum rsh(int shift) {
        return of(value >>> shift, mask >>> shift);
    }

    /** Arithmetic shift right of a number {@code width} (32 or 64) bits wide; at width 32 the high word becomes 0. */
    public Tnum arsh(int shift, int width) {
        if (width == 32) {
            return of((int) value >> shift & LOW, (int) mask >> shift & LOW);
        }
        return of(value >> shift, mask >> shift);
    }

    /** The low {@code bytes} (1 to 8) bytes, the rest 0. */
    public Tnum castToSize(int bytes) {
        long keep = -1L >>> 64 - 8 * bytes;
        return (value & ~keep | mask & ~keep) == 0 ? this : of(value & keep, mask & keep);
    }

    /** The low word, high word 0. */
    public Tnum subreg() {
        return castToSize(4);
    }

    /** The high word, low word 0. */
    public Tnum clearSubreg() {
        return of(value & ~LOW, mask & ~LOW);
    }

    /** The high word of this over the low word of {@code low}. */
    public Tnum withSubreg(Tnum low) {
        return of(value & ~LOW | low.value & LOW, mask & ~LOW | low.mask & LOW);
    }

    /** The low two bytes exchanged, the rest 0. */
    public Tnum bswap16() {
        return of(swapped16(value), swapped16(mask));
    }

    /** The low four bytes in reverse order, the rest 0. */
    public Tnum bswap32() {
        return of(Integer.reverseBytes((int) value) & LOW, Integer.reverseBytes((int) mask) & LOW);
    }

    public Tnum bswap64() {
        return of(Long.reverseBytes(value), Long.reverseBytes(mask));
    }

    private static long swapped16(long word) {
        return Short.reverseBytes((short) word) & 0xffffL;
    }

    /** {@code (0x10; 0xf)}, or a number (hexadecimal above 65535): the form of the kernel's log. */
    @Override
    public String toString() {
        return mask == 0
                ? (value >>> 16 == 0 ? Long.toString(value) : "0x" + Long.toHexString(value))
                : "(0x" + Long.toHexString(value) + "; 0x" + Long.toHexString(mask) + ")";
    }
}
