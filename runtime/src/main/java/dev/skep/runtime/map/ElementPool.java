package dev.skep.runtime.map;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Free elements of one map: a lock-free stack in the slab over a region that is handed out once in order.
 *
 * <p><em>Shape</em> of the 16-byte control block: {@code u64 top} (low half: address of the first free element, high
 * half: a counter against the ABA problem), {@code u64 fresh} (index of the next element never used). A free element's
 * first word links to the next.
 */
final class ElementPool {
    static final int CONTROL_BYTES = 16;

    private final MemorySegment memory;
    private final long control;
    private final long first;
    private final int stride;
    private final int count;

    /**
     * Elements {@code first + i * stride} for {@code i} below {@code count}; a count of 0 makes an empty stack to push
     * on.
     */
    ElementPool(MemorySegment memory, long control, long first, int stride, int count) {
        this.memory = memory;
        this.control = control;
        this.first = first;
        this.stride = stride;
        this.count = count;
    }

    /** An element, or 0. */
    long take() {
        long top = SlabAccess.loadAcquire64(memory, control);
        while ((int) top != 0) {
            long element = top & 0xffff_ffffL;
            long next = SlabAccess.loadAcquire32(memory, element);
            long newTop = next | (top >>> 32) + 1 << 32;
            long seen = SlabAccess.compareExchange64(memory, control, top, newTop);
            if (seen == top) {
                return element;
            }
            top = seen;
        }
        if (SlabAccess.loadAcquire64(memory, control + 8) >= count) {
            return 0;
        }
        long index = SlabAccess.getAndAdd64(memory, control + 8, 1);
        return index < count ? first + index * stride : 0;
    }

    void give(long element) {
        long top = SlabAccess.loadAcquire64(memory, control);
        while (true) {
            SlabAccess.storeRelease32(memory, element, top);
            long newTop = element | (top >>> 32) + 1 << 32;
            long seen = SlabAccess.compareExchange64(memory, control, top, newTop);
            if (seen == top) {
                return;
            }
            top = seen;
        }
    }
}
