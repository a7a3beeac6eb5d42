package dev.skep.conformance.random;

import java.util.List;
import java.util.SplittableRandom;

/** The choices of one batch: the same seed makes the same programs. */
public final class Rng {
    private static final long[] CORNERS = {
        0,
        1,
        -1,
        2,
        3,
        4,
        7,
        8,
        14,
        15,
        16,
        31,
        32,
        33,
        48,
        63,
        64,
        127,
        128,
        255,
        256,
        511,
        512,
        0x7fff,
        0x8000,
        0xffff,
        0x10000,
        0x7fff_ffff,
        0x8000_0000L,
        0xffff_ffffL,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -2,
        -8,
        -16,
        -32,
        -512,
        -4096,
        1 << 29,
        -(1 << 29)
    };

    private final SplittableRandom random;

    public Rng(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The seed of one part of a run, by its number. */
    public static long seed(long seed, long part) {
        return new SplittableRandom(seed * 0x9e37_79b9_7f4a_7c15L + part).nextLong();
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    public int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    public long bits() {
        return random.nextLong();
    }

    public int pick(int... items) {
        return items[random.nextInt(items.length)];
    }

    public <T> T pick(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    /** A value near a border of some width, or any value. */
    public long value() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt();
            case 2, 3 -> random.nextInt(64);
            case 4 -> CORNERS[random.nextInt(CORNERS.length)] + random.nextInt(-1, 2);
            case 5 -> 1L << random.nextInt(64);
            default -> CORNERS[random.nextInt(CORNERS.length)];
        };
    }

    public int imm() {
        return (int) value();
    }

    public int size() {
        return 1 << random.nextInt(4);
    }
}
