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
        if (i < keySize) {
            h = fold((h ^ tail(memory, key, keySize)) * STEP);
        }
        return of64(h, seed);
    }

    /**
     * The last bytes, of which the loop has left 1 to 7: as one word, which may hold some of the bytes before again.
     */
    private static long tail(MemorySegment memory, long key, int keySize) {
        if (keySize >= 8) {
            return SlabAccess.load64(memory, key + keySize - 8);
        }
        if (keySize >= 4) {
            return SlabAccess.load32(memory, key) | SlabAccess.load32(memory, key + keySize - 4) << 32;
        }
        long last = SlabAccess.load8(memory, key + keySize - 1);
        return SlabAccess.load8(memory, key) | SlabAccess.load8(memory, key + keySize / 2) << 8 | last << 16;
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
