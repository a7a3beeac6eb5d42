package dev.skep.stress;

import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.runtime.ring.RingLayout;
import dev.skep.runtime.ring.UserRingBuffer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Small fresh rings for one try each. Blocks are used in turn; there are more than jcstress keeps tries alive. */
final class Rings {
    static final int SIZE = 4096;

    private static final int BLOCKS = 1 << 14;
    private static final long BYTES = RingLayout.blockBytes(SIZE);
    private static final Slab SLAB = Slab.create(BLOCKS * BYTES + (16 << 20), false, false);
    private static final long FIRST = SLAB.allocatePages(BLOCKS * BYTES);
    private static final AtomicInteger NEXT = new AtomicInteger();

    static final MemorySegment MEMORY = SLAB.memory();

    private Rings() {}

    private static long block() {
        long block = FIRST + (NEXT.getAndIncrement() & BLOCKS - 1) * BYTES;
        for (long word = block + SIZE; word < block + SIZE + 32; word += 8) {
            SlabAccess.store64(MEMORY, word, 0);
            SlabAccess.store64(MEMORY, word + SIZE, 0);
        }
        return block;
    }

    static RingBuffer ring() {
        return new RingBuffer(SLAB, block(), SIZE);
    }

    static RingBuffer overwritingRing() {
        return new RingBuffer(SLAB, block(), SIZE, true);
    }

    static UserRingBuffer userRing() {
        return new UserRingBuffer(SLAB, block(), SIZE);
    }

    /** Reserves, writes the value to both words, submits; false when there is no room. */
    static boolean put(RingBuffer ring, long value, int length) {
        long p = ring.reserve(length);
        if (p == 0) {
            return false;
        }
        SlabAccess.store64(MEMORY, p, value);
        SlabAccess.store64(MEMORY, p + length - 8, value);
        ring.submit(p, 0);
        return true;
    }

    /** A sample with the value in both words. */
    static byte[] sample(int value, int length) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) value;
        bytes[length - 8] = (byte) value;
        return bytes;
    }
}
