package dev.skep.runtime.map;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/** The hash of a key in the slab: multiply and fold, 8 bytes at a time, started from a seed of the map. */
public final class KeyHash {
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    private static final long STEP = 0xd6e8_feb8_6659_fd93L;

    private KeyHash() {}

    public static int of(MemorySegment memory, long key, int keySize, int seed) {
        if (keySize == 4) {
            return of64(SlabAccess.load32(memory, key), seed);
        }
        if (keySize == 8) {
            return of64(SlabAccess.load64(memory, key), seed);
        }
        long h = seed ^ keySize * MIX;
        int i = 0;
        for (; i + 8 <= keySize; i += 8) {
            h = fold((h ^ SlabAccess.load64(memory, key + i)) * STEP);
        }
        if (i + 4 <= keySize) {
            h = fold((h ^ SlabAccess.load32(memory, key + i)) * STEP);
            i += 4;
        }
        for (; i < keySize; i++) {
            h = (h ^ SlabAccess.load8(memory, key + i)) * STEP;
        }
        return of64(h, seed);
    }

    /** The hash of a key of at most 8 bytes, given as a number. */
    public static int of64(long key, int seed) {
        long h = (key ^ seed) * MIX;
        h = fold(h) * STEP;
        return (int) (h ^ h >>> 32);
    }

    private static long fold(long h) {
        return h ^ h >>> 32;
    }
}
