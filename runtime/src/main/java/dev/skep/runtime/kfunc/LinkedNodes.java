package dev.skep.runtime.kfunc;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * {@code bpf_list_head} and {@code bpf_list_node} in the slab: a ring through the head, both ways.
 *
 * <p><em>Shape</em>: a head is {@code u64 next, u64 previous}, both 0 while unused; a node is {@code u64 next, u64
 * previous, u32 owner, u32 offset}: the head it hangs on, 0 if none, and where it lies in its object. Programs hold the
 * head's lock.
 */
public final class LinkedNodes {
    private static final int PREVIOUS = 8;
    private static final int OWNER = 16;
    private static final int OFFSET = 20;

    private LinkedNodes() {}

    static void init(MemorySegment m, long node, int offset) {
        SlabAccess.store32(m, node + OFFSET, offset);
    }

    /** Bytes from the start of the object to the node. */
    static long offset(MemorySegment m, long node) {
        return SlabAccess.load32(m, node + OFFSET);
    }

    /** False when the node hangs on a list already. */
    static boolean push(MemorySegment m, long head, long node, boolean front) {
        if (SlabAccess.load32(m, node + OWNER) != 0) {
            return false;
        }
        if (SlabAccess.load64(m, head) == 0) {
            SlabAccess.store64(m, head, head);
            SlabAccess.store64(m, head + PREVIOUS, head);
        }
        long before = front ? head : SlabAccess.load64(m, head + PREVIOUS);
        long after = SlabAccess.load64(m, before);
        SlabAccess.store64(m, node, after);
        SlabAccess.store64(m, node + PREVIOUS, before);
        SlabAccess.store64(m, before, node);
        SlabAccess.store64(m, after + PREVIOUS, node);
        SlabAccess.store32(m, node + OWNER, head);
        return true;
    }

    static long popFront(MemorySegment m, long head) {
        return unlink(m, front(m, head));
    }

    static long popBack(MemorySegment m, long head) {
        return unlink(m, back(m, head));
    }

    /** The first node, or 0. */
    static long front(MemorySegment m, long head) {
        long node = SlabAccess.load64(m, head);
        return node == head ? 0 : node;
    }

    /** The last node, or 0. */
    static long back(MemorySegment m, long head) {
        long node = SlabAccess.load64(m, head + PREVIOUS);
        return node == head ? 0 : node;
    }

    private static long unlink(MemorySegment m, long node) {
        if (node != 0) {
            long next = SlabAccess.load64(m, node);
            long previous = SlabAccess.load64(m, node + PREVIOUS);
            SlabAccess.store64(m, previous, next);
            SlabAccess.store64(m, next + PREVIOUS, previous);
            SlabAccess.store64(m, node, 0);
            SlabAccess.store64(m, node + PREVIOUS, 0);
            SlabAccess.store32(m, node + OWNER, 0);
        }
        return node;
    }
}
