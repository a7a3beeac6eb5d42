package dev.skep.verifier.state;

/**
 * Up to six registers and stack slots in one {@code long}.
 *
 * <p><em>Shape</em>: bits 0 to 3 hold the count; entry {@code i} has the ten bits from {@code 4 + 10 * i}: one bit "is
 * a register", three bits frame number, six bits register number or slot index.
 */
public final class LinkedSet {
    public static final int MAX = 6;
    public static final long EMPTY = 0;

    private LinkedSet() {}

    /** {@code set} with one more entry; the set must have fewer than {@link #MAX}. */
    public static long add(long set, boolean isRegister, int frame, int index) {
        int n = size(set);
        long entry = (isRegister ? 1 : 0) | frame << 1 | index << 4;
        return set + 1 | entry << 4 + 10 * n;
    }

    public static int size(long set) {
        return (int) (set & 0xf);
    }

    public static boolean isRegister(long set, int i) {
        return (set >>> 4 + 10 * i & 1) != 0;
    }

    public static int frame(long set, int i) {
        return (int) (set >>> 5 + 10 * i) & 7;
    }

    /** Register number or slot index. */
    public static int index(long set, int i) {
        return (int) (set >>> 8 + 10 * i) & 63;
    }
}
