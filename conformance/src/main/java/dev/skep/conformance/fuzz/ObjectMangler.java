package dev.skep.conformance.fuzz;

import dev.skep.conformance.random.Rng;
import java.util.Arrays;

/** Damaged object files: bits, bytes, words with telling values, pieces copied elsewhere, the end cut off. */
final class ObjectMangler {
    private static final int[] WORDS = {0, 1, -1, 2, 8, 0x7fff_ffff, 0x8000_0000, 0xffff, 0x10000, 0x0100_0000};

    private final Rng rng;

    ObjectMangler(Rng rng) {
        this.rng = rng;
    }

    byte[] mangle(byte[] good) {
        byte[] bytes = good.clone();
        for (int n = 1 + rng.below(rng.chance(0.2) ? 40 : 5); n > 0; n--) {
            int at = rng.below(bytes.length);
            switch (rng.below(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << rng.below(8));
                case 1 -> bytes[at] = (byte) rng.bits();
                case 2 -> bytes[at] += (byte) rng.between(-4, 4);
                case 3 -> word(bytes, at & -4, rng.pick(WORDS));
                case 4 -> word(bytes, at & -4, rng.below(bytes.length));
                default -> {
                    int from = rng.below(bytes.length);
                    int length = Math.min(1 + rng.below(32), bytes.length - Math.max(at, from));
                    System.arraycopy(good, from, bytes, at, length);
                }
            }
        }
        return rng.chance(0.03) ? Arrays.copyOf(bytes, rng.below(bytes.length)) : bytes;
    }

    private static void word(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }
}
