package dev.skep.runtime.ring;

import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Where things are in a ring, and what a record looks like; the same for both kinds of ring.
 *
 * <p><em>Shape</em>, in pages of 4096 bytes from the start of the block:
 *
 * <pre>
 *  page 0      private: u32 map id
 *  page 1      u64 consumer position
 *  page 2      u64 producer position, u64 pending position, u64 overwrite position
 *  page 3 ...  data, then the same data again
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-----------------------------------------------------------+-+-+
 *  |                    payload length                         |D|B|
 *  +-----------------------------------------------------------+-+-+
 *  |        pages from the block's start to this header            |
 *  +---------------------------------------------------------------+
 *  |  payload, padded to 8 bytes ...
 * </pre>
 *
 * Positions count bytes and only grow; a record at position p is at {@code data + (p & size - 1)}. Where the system
 * cannot map pages twice, a record that crosses the end simply continues into the second half: headers are 8-aligned
 * and so always lie in the first, and nobody reads a payload but through its record.
 *
 * <p><em>Source</em>: Linux 6.18 Documentation/bpf/ringbuf.rst, uapi/linux/bpf.h; layout observed on 6.18. The
 * overwrite position is Linux 6.19's.
 */
public final class RingLayout {
    /** Set while the producer writes the record. */
    public static final int BUSY = 1 << 31;
    /** Set on records to skip. */
    public static final int DISCARD = 1 << 30;
    /** Bytes before each payload. */
    public static final int HEADER_BYTES = 8;

    static final int PAGE = 4096;
    /** Bytes before the data. */
    public static final int DATA = 3 * PAGE;

    private RingLayout() {}

    /** Bytes of slab that a ring of this many data bytes takes. */
    public static long blockBytes(long size) {
        return DATA + 2 * size;
    }

    /** Bytes that an account pays for it: the data once. */
    public static long chargedBytes(long size) {
        return DATA + size;
    }

    /** Bytes that a record takes in the ring. */
    public static long stride(long length) {
        return length + HEADER_BYTES + 7 & -8;
    }

    /** Payload length in a header word. */
    static long length(int header) {
        return header & ~(BUSY | DISCARD);
    }

    /** Start of the block that a record's payload lies in, by its header. */
    public static long blockOf(MemorySegment memory, long payload) {
        long header = payload - HEADER_BYTES;
        return (header & -PAGE) - (SlabAccess.load32(memory, header + 4) << 12);
    }

    /** The pages of a ring in the slab, its data mapped twice where that is possible. */
    static RingPages pages(Slab slab, long block, long size) {
        slab.mirror(block + DATA, size);
        MemorySegment all = SlabAccess.slice(slab.memory(), block + PAGE, blockBytes(size) - PAGE);
        return new RingPages(all, size);
    }

    /** The map id that {@link #mark} wrote. */
    public static int mapId(MemorySegment memory, long block) {
        return (int) SlabAccess.load32(memory, block);
    }

    /** Notes the map that a ring belongs to. */
    public static void mark(MemorySegment memory, long block, int mapId) {
        SlabAccess.store32(memory, block, mapId);
    }
}
