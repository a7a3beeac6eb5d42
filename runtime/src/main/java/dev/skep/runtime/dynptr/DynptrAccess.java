package dev.skep.runtime.dynptr;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import java.lang.foreign.MemorySegment;

/**
 * Bytes in and out of the region behind a dynptr: read, write, direct pointers, copy and fill. Each method says its
 * checks in the order in which their results win.
 *
 * <p><em>Units</em>: offsets and lengths are bytes of the view, unsigned: 32 bits as Linux 6.18 takes them, 64 by the
 * rules of 6.19.
 */
public final class DynptrAccess {
    private static final int LOCAL = DynptrType.LOCAL.ordinal();
    private static final int RINGBUF = DynptrType.RINGBUF.ordinal();
    private static final int SKB = DynptrType.SKB.ordinal();
    private static final int XDP = DynptrType.XDP.ordinal();
    private static final int SKB_META = DynptrType.SKB_META.ordinal();
    private static final int MALLOC = DynptrType.MALLOC.ordinal();
    private static final int FILE = DynptrType.FILE.ordinal();

    private static final long RECOMPUTE_CSUM = 1;
    private static final long INVALIDATE_HASH = 2;
    private static final long XDP_LIMIT = 0xffff;
    private static final int CHUNK = 256;

    private DynptrAccess() {}

    /** True when the region is one block that programs may point into. */
    private static boolean isBlock(int type) {
        return type == LOCAL || type == RINGBUF || type == MALLOC;
    }

    /**
     * {@code bpf_dynptr_read}: null or flags -EINVAL; range -E2BIG; a packet gone short -EFAULT (skb) or -EINVAL (XDP).
     */
    public static long read(RunContext cx, long to, long length, long p, long offset, long flags) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        offset &= cx.program().sizeMask();
        if (Dynptr.isNull(m, p) || flags != 0) {
            return -Errno.EINVAL;
        }
        if (!Dynptr.inRange(m, p, offset, length)) {
            return -Errno.E2BIG;
        }
        return readUnchecked(cx, to, length, p, Dynptr.offset(m, p) + offset);
    }

    private static long readUnchecked(RunContext cx, long to, long length, long p, long at) {
        MemorySegment m = cx.memory();
        int type = Dynptr.type(m, p);
        long data = Dynptr.data(m, p);
        if (isBlock(type)) {
            SlabAccess.copy(m, data + at, to, length);
            return 0;
        }
        if (type == SKB) {
            if (cx.skb(data).load(at, to, length)) {
                return 0;
            }
            SlabAccess.fill(m, to, length, (byte) 0);
            return -Errno.EFAULT;
        }
        if (type == XDP) {
            if (at > XDP_LIMIT || length > XDP_LIMIT) {
                return -Errno.EFAULT;
            }
            return cx.xdp(data).load(at, to, length) ? 0 : -Errno.EINVAL;
        }
        if (type == SKB_META) {
            long from = metaPointer(cx.skb(data), at, length);
            if (from == 0 && length > 0) {
                return -Errno.EFAULT;
            }
            SlabAccess.copy(m, from == 0 ? to : from, to, length);
            return 0;
        }
        return type == FILE && FileRegion.read(cx, data, at, to, length) ? 0 : -Errno.EFAULT;
    }

    /**
     * {@code bpf_dynptr_write}: null or read-only -EINVAL; range -E2BIG; flags -EINVAL; a packet gone short as for
     * {@link #read}.
     */
    public static long write(RunContext cx, long p, long offset, long from, long length, long flags) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        offset &= cx.program().sizeMask();
        if (Dynptr.isNull(m, p) || Dynptr.isReadOnly(m, p)) {
            return -Errno.EINVAL;
        }
        if (!Dynptr.inRange(m, p, offset, length)) {
            return -Errno.E2BIG;
        }
        int type = Dynptr.type(m, p);
        if ((flags & ~(type == SKB ? RECOMPUTE_CSUM | INVALIDATE_HASH : 0)) != 0) {
            return -Errno.EINVAL;
        }
        long at = Dynptr.offset(m, p) + offset;
        long data = Dynptr.data(m, p);
        if (isBlock(type)) {
            SlabAccess.copy(m, from, data + at, length);
            return 0;
        }
        if (type == SKB) {
            return cx.skb(data).store(at, from, length) ? 0 : -Errno.EFAULT;
        }
        if (type == XDP) {
            if (at > XDP_LIMIT || length > XDP_LIMIT) {
                return -Errno.EFAULT;
            }
            return cx.xdp(data).store(at, from, length) ? 0 : -Errno.EINVAL;
        }
        if (type == SKB_META) {
            long to = metaPointer(cx.skb(data), at, length);
            if (to == 0 && length > 0) {
                return -Errno.EFAULT;
            }
            SlabAccess.copy(m, from, to == 0 ? from : to, length);
            return 0;
        }
        return -Errno.EINVAL;
    }

    private static long metaPointer(SkbBuffer skb, long offset, long length) {
        return offset + length <= skb.skbMetaLength() && length > 0 ? skb.skbMeta() + offset : 0;
    }

    /** {@code bpf_dynptr_data}: a direct pointer into a writable block, else 0. */
    public static long data(RunContext cx, long p, long offset, long length) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        offset &= cx.program().sizeMask();
        if (Dynptr.isNull(m, p)
                || !Dynptr.inRange(m, p, offset, length)
                || Dynptr.isReadOnly(m, p)
                || !isBlock(Dynptr.type(m, p))) {
            return 0;
        }
        return Dynptr.data(m, p) + Dynptr.offset(m, p) + offset;
    }

    /**
     * {@code bpf_dynptr_slice}: a direct pointer; else the range copied to {@code buffer}; else 0, and the buffer is
     * left alone. A buffer of 0 is none. No XDP pointer is handed out beyond {@link #XDP_LIMIT}, but bytes are copied
     * from there.
     */
    public static long slice(RunContext cx, long p, long offset, long buffer, long length) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        offset &= cx.program().sizeMask();
        if (Dynptr.isNull(m, p) || !Dynptr.inRange(m, p, offset, length)) {
            return 0;
        }
        int type = Dynptr.type(m, p);
        long at = Dynptr.offset(m, p) + offset;
        long data = Dynptr.data(m, p);
        if (isBlock(type)) {
            return data + at;
        }
        if (type == SKB_META) {
            SkbBuffer skb = cx.skb(data);
            return at + length <= skb.skbMetaLength() ? skb.skbMeta() + at : 0;
        }
        if (type == FILE) {
            return buffer != 0 && FileRegion.read(cx, data, at, buffer, length) ? buffer : 0;
        }
        PacketBuffer packet = type == SKB ? cx.skb(data) : type == XDP ? cx.xdp(data) : null;
        if (packet == null) {
            return 0;
        }
        boolean near = type == SKB || at <= XDP_LIMIT && length <= XDP_LIMIT;
        long direct = near ? packet.pointer(at, length) : 0;
        if (direct != 0 || buffer == 0) {
            return direct;
        }
        return packet.load(at, buffer, length) ? buffer : 0;
    }

    /** {@code bpf_dynptr_slice_rdwr}: like {@link #slice}, 0 for a read-only dynptr. */
    public static long sliceWritable(RunContext cx, long p, long offset, long buffer, long length) {
        return Dynptr.isReadOnly(cx.memory(), p) ? 0 : slice(cx, p, offset, buffer, length);
    }

    /**
     * {@code bpf_dynptr_copy}: one move where both ranges are direct; else through {@link #read} or {@link #write}, or
     * in chunks.
     */
    public static long copy(RunContext cx, long to, long toOffset, long from, long fromOffset, long length) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        long source = slice(cx, from, fromOffset, 0, length);
        long target = sliceWritable(cx, to, toOffset, 0, length);
        if (source != 0 && target != 0) {
            SlabAccess.copy(m, source, target, length);
            return 0;
        }
        if (source != 0) {
            return write(cx, to, toOffset, source, length, 0);
        }
        if (target != 0) {
            return read(cx, target, length, from, fromOffset, 0);
        }
        if (!Dynptr.inRange(m, to, toOffset & cx.program().sizeMask(), length)
                || !Dynptr.inRange(m, from, fromOffset & cx.program().sizeMask(), length)) {
            return -Errno.E2BIG;
        }
        for (long done = 0; done < length; done += CHUNK) {
            long now = Math.min(CHUNK, length - done);
            long result = read(cx, cx.scratch(), now, from, fromOffset + done, 0);
            if (result == 0) {
                result = write(cx, to, toOffset + done, cx.scratch(), now, 0);
            }
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    /**
     * {@code bpf_dynptr_memset}: direct where possible; else read-only -EINVAL, range -E2BIG, then writes in chunks.
     */
    public static long fill(RunContext cx, long p, long offset, long length, long value) {
        MemorySegment m = cx.memory();
        length &= cx.program().sizeMask();
        offset &= cx.program().sizeMask();
        long target = sliceWritable(cx, p, offset, 0, length);
        if (target != 0) {
            SlabAccess.fill(m, target, length, (byte) value);
            return 0;
        }
        if (Dynptr.isReadOnly(m, p)) {
            return -Errno.EINVAL;
        }
        if (!Dynptr.inRange(m, p, offset, length)) {
            return -Errno.E2BIG;
        }
        SlabAccess.fill(m, cx.scratch(), Math.min(CHUNK, length), (byte) value);
        for (long done = 0; done < length; done += CHUNK) {
            long result = write(cx, p, offset + done, cx.scratch(), Math.min(CHUNK, length - done), 0);
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    /** {@code bpf_dynptr_from_skb}: the length is the packet's now. */
    public static long fromSkb(RunContext cx, long context, long flags, long p, boolean readOnly) {
        if (flags != 0) {
            Dynptr.setNull(cx.memory(), p);
            return -Errno.EINVAL;
        }
        Dynptr.init(cx.memory(), p, context, DynptrType.SKB, cx.skb(context).length(), readOnly);
        return 0;
    }

    /** {@code bpf_dynptr_from_xdp}. */
    public static long fromXdp(RunContext cx, long context, long flags, long p) {
        if (flags != 0) {
            Dynptr.setNull(cx.memory(), p);
            return -Errno.EINVAL;
        }
        Dynptr.init(cx.memory(), p, context, DynptrType.XDP, cx.xdp(context).length(), false);
        return 0;
    }

    /** {@code bpf_dynptr_from_skb_meta}: valid, and empty, when there is no metadata. */
    public static long fromSkbMeta(RunContext cx, long context, long flags, long p) {
        if (flags != 0) {
            Dynptr.setNull(cx.memory(), p);
            return -Errno.EINVAL;
        }
        Dynptr.init(
                cx.memory(), p, context, DynptrType.SKB_META, cx.skb(context).skbMetaLength(), false);
        return 0;
    }
}
