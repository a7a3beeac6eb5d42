package dev.skep.runtime.dynptr;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * The 16 bytes of a {@code struct bpf_dynptr}, by address, and the operations that only change the view.
 *
 * <p><em>Shape</em>:
 *
 * <pre>
 *  bytes 0..7    address of the region, or of the packet's context; 0 is the null dynptr, which is all zero
 *  bytes 8..11   bits 0..23 length of the view, 28..30 type, 31 read-only
 *  bytes 12..15  start of the view in the region
 * </pre>
 *
 * <p>A file's dynptr has the address of a {@link FileRegion}, which knows length and start; its clones share them.
 *
 * <p><em>Source</em>: Linux 6.18 include/linux/bpf.h; raw bytes observed on 6.18.
 */
public final class Dynptr {
    /** Bytes of the object. */
    public static final int BYTES = 16;
    /** The longest view. */
    public static final long MAX_SIZE = (1L << 24) - 1;

    private static final int TYPE_SHIFT = 28;
    private static final int READ_ONLY = 1 << 31;
    private static final int FILE = DynptrType.FILE.ordinal();

    private Dynptr() {}

    /** Writes a new dynptr with its view at the start of the region. */
    public static void init(MemorySegment m, long p, long data, DynptrType type, long size, boolean readOnly) {
        SlabAccess.store64(m, p, data);
        SlabAccess.store32(m, p + 8, size | (long) type.ordinal() << TYPE_SHIFT | (readOnly ? READ_ONLY : 0));
        SlabAccess.store32(m, p + 12, 0);
    }

    public static void setNull(MemorySegment m, long p) {
        SlabAccess.store64(m, p, 0);
        SlabAccess.store64(m, p + 8, 0);
    }

    public static long data(MemorySegment m, long p) {
        return SlabAccess.load64(m, p);
    }

    public static boolean isNull(MemorySegment m, long p) {
        return data(m, p) == 0;
    }

    /** Length of the view, unsigned; 0 for the null dynptr. */
    public static long size(MemorySegment m, long p) {
        return type(m, p) == FILE ? FileRegion.size(m, data(m, p)) : SlabAccess.load32(m, p + 8) & MAX_SIZE;
    }

    /** Ordinal of the {@link DynptrType}. */
    public static int type(MemorySegment m, long p) {
        return (int) SlabAccess.load32(m, p + 8) >>> TYPE_SHIFT & 7;
    }

    /** False for the null dynptr. */
    public static boolean isReadOnly(MemorySegment m, long p) {
        return (int) SlabAccess.load32(m, p + 8) < 0 && !isNull(m, p);
    }

    /** Start of the view in the region. */
    public static long offset(MemorySegment m, long p) {
        return type(m, p) == FILE ? FileRegion.offset(m, data(m, p)) : SlabAccess.load32(m, p + 12);
    }

    /** True when [offset, offset + length) lies in the view; the null dynptr has an empty one. */
    public static boolean inRange(MemorySegment m, long p, long offset, long length) {
        long size = size(m, p);
        return Long.compareUnsigned(length, size) <= 0 && Long.compareUnsigned(offset, size - length) <= 0;
    }

    /** {@code bpf_dynptr_adjust}: narrows the view to [start, end) of itself. */
    public static long adjust(MemorySegment m, long p, long start, long end) {
        if (isNull(m, p) || Long.compareUnsigned(start, end) > 0) {
            return -Errno.EINVAL;
        }
        long size = size(m, p);
        if (Long.compareUnsigned(start, size) > 0 || Long.compareUnsigned(end, size) > 0) {
            return -Errno.ERANGE;
        }
        if (type(m, p) == FILE) {
            FileRegion.narrow(m, data(m, p), start, end);
            return 0;
        }
        SlabAccess.store32(m, p + 12, offset(m, p) + start);
        SlabAccess.store32(m, p + 8, SlabAccess.load32(m, p + 8) & ~MAX_SIZE | end - start);
        return 0;
    }

    /** {@code bpf_dynptr_clone}. */
    public static long copyObject(MemorySegment m, long from, long to) {
        if (isNull(m, from)) {
            setNull(m, to);
            return -Errno.EINVAL;
        }
        long head = SlabAccess.load64(m, from);
        long tail = SlabAccess.load64(m, from + 8);
        SlabAccess.store64(m, to, head);
        SlabAccess.store64(m, to + 8, tail);
        return 0;
    }

    /** {@code bpf_dynptr_from_mem}. */
    public static long fromMem(MemorySegment m, long data, long size, long flags, long p) {
        long result = Long.compareUnsigned(size, MAX_SIZE) > 0 ? -Errno.E2BIG : flags != 0 ? -Errno.EINVAL : 0;
        if (result != 0) {
            setNull(m, p);
        } else {
            init(m, p, data, DynptrType.LOCAL, size, false);
        }
        return result;
    }
}
