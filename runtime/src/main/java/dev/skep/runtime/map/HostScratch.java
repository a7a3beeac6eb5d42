package dev.skep.runtime.map;

import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Two buffers in the slab for one operation of the host, whose keys and values live on the Java heap. Not charged to
 * anyone.
 */
final class HostScratch implements AutoCloseable {
    private final Slab slab;
    private final MemorySegment memory;
    private final long block;
    private final long second;

    private HostScratch(Slab slab, int firstBytes, int secondBytes) {
        this.slab = slab;
        this.memory = slab.memory();
        int gap = firstBytes + 15 & -16;
        block = slab.require((long) gap + Math.max(secondBytes, 8));
        second = block + gap;
    }

    static HostScratch of(Slab slab, int firstBytes, int secondBytes) {
        return new HostScratch(slab, firstBytes, secondBytes);
    }

    long first() {
        return block;
    }

    long second() {
        return second;
    }

    void putFirst(byte[] bytes) {
        SlabAccess.put(memory, block, bytes, 0, bytes.length);
    }

    void putSecond(byte[] bytes) {
        SlabAccess.put(memory, second, bytes, 0, bytes.length);
    }

    void getSecond(byte[] bytes) {
        SlabAccess.get(memory, second, bytes, 0, bytes.length);
    }

    @Override
    public void close() {
        slab.free(block);
    }
}
