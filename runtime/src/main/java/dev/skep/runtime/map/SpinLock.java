package dev.skep.runtime.map;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct bpf_spin_lock}: 4 bytes in the slab, 0 free, 1 taken. Held for a few instructions only, so waiting
 * spins.
 */
public final class SpinLock {
    private static final int SPINS_BEFORE_YIELD = 200;

    private SpinLock() {}

    public static void lock(MemorySegment memory, long address) {
        int spins = 0;
        while (!tryLock(memory, address)) {
            if (++spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    public static boolean tryLock(MemorySegment memory, long address) {
        return SlabAccess.loadAcquire32(memory, address) == 0
                && SlabAccess.compareExchange32(memory, address, 0, 1) == 0;
    }

    public static void unlock(MemorySegment memory, long address) {
        SlabAccess.storeRelease32(memory, address, 0);
    }
}
