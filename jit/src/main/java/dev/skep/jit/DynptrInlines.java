package dev.skep.jit;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.DynptrAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.lang.foreign.MemorySegment;

/**
 * Short ways through operations on dynptrs, for generated code: one block of memory, or the linear part of the run's
 * packet. What is not of this kind goes on to the shared operation, which checks everything anew. The slab's segment
 * comes as a constant, so that HotSpot folds its bounds.
 */
final class DynptrInlines {
    private static final long U32 = 0xffff_ffffL;
    private static final int SIZE_BITS = 24;
    private static final int TYPE_SHIFT = 28;
    private static final int LOCAL = DynptrType.LOCAL.ordinal();
    private static final int RINGBUF = DynptrType.RINGBUF.ordinal();
    private static final int SKB = DynptrType.SKB.ordinal();
    private static final int XDP = DynptrType.XDP.ordinal();
    private static final int MALLOC = DynptrType.MALLOC.ordinal();

    private DynptrInlines() {}

    private static long word(MemorySegment m, long address) {
        return m.get(Layouts.I64, address - Emission.BIAS);
    }

    private static int half(MemorySegment m, long address) {
        return m.get(Layouts.I32, address - Emission.BIAS);
    }

    /**
     * Address of [offset, offset + length) of the view where that is one run of memory; 0 when it may not be, or there
     * is no such range.
     */
    private static long direct(RunContext cx, MemorySegment m, long p, long offset, long length) {
        long data = word(m, p);
        int head = half(m, p + 8);
        long size = head & (1 << SIZE_BITS) - 1;
        if (data == 0 || length == 0 || length > size || offset > size - length) {
            return 0;
        }
        long at = (half(m, p + 12) & U32) + offset;
        int type = head >>> TYPE_SHIFT & 7;
        if (type == XDP || type == SKB) {
            PacketBuffer packet = cx.packet();
            boolean ours = type == XDP ? packet instanceof XdpBuffer : packet instanceof SkbBuffer;
            return ours && packet.context() == data && at + length <= packet.linearLength() ? packet.data() + at : 0;
        }
        return type == LOCAL || type == RINGBUF || type == MALLOC ? data + at : 0;
    }

    /** {@code bpf_dynptr_slice}. */
    static long slice(RunContext cx, MemorySegment m, long p, long offset, long buffer, long length) {
        long address = direct(cx, m, p, offset & U32, length & U32);
        return address != 0 ? address : DynptrAccess.slice(cx, p, offset, buffer, length);
    }

    /** {@code bpf_dynptr_slice_rdwr}. */
    static long sliceWritable(RunContext cx, MemorySegment m, long p, long offset, long buffer, long length) {
        long address = half(m, p + 8) < 0 ? 0 : direct(cx, m, p, offset & U32, length & U32);
        return address != 0 ? address : DynptrAccess.sliceWritable(cx, p, offset, buffer, length);
    }

    /** {@code bpf_dynptr_data}. */
    static long data(RunContext cx, MemorySegment m, long p, long offset, long length) {
        int head = half(m, p + 8);
        int type = head >>> TYPE_SHIFT & 7;
        boolean block = head >= 0 && type != SKB && type != XDP;
        long address = block ? direct(cx, m, p, offset & U32, length & U32) : 0;
        return address != 0 ? address : DynptrAccess.data(cx, p, offset, length);
    }

    /** {@code bpf_dynptr_read}. */
    static long read(RunContext cx, MemorySegment m, long to, long length, long p, long offset, long flags) {
        long from = flags != 0 ? 0 : direct(cx, m, p, offset & U32, length & U32);
        return from != 0 && move(m, from, to, length & U32) ? 0 : DynptrAccess.read(cx, to, length, p, offset, flags);
    }

    /** {@code bpf_dynptr_write}. */
    static long write(RunContext cx, MemorySegment m, long p, long offset, long from, long length, long flags) {
        boolean plain = flags == 0 && half(m, p + 8) >= 0;
        long to = plain ? direct(cx, m, p, offset & U32, length & U32) : 0;
        return to != 0 && move(m, from, to, length & U32) ? 0 : DynptrAccess.write(cx, p, offset, from, length, flags);
    }

    /** Copies as memmove does: short ranges are read whole before they are written. False for 3 bytes. */
    private static boolean move(MemorySegment m, long from, long to, long length) {
        long source = from - Emission.BIAS;
        long target = to - Emission.BIAS;
        if (length > 16) {
            MemorySegment.copy(m, source, m, target, length);
        } else if (length >= 8) {
            long first = m.get(Layouts.I64, source);
            long last = m.get(Layouts.I64, source + length - 8);
            m.set(Layouts.I64, target, first);
            m.set(Layouts.I64, target + length - 8, last);
        } else if (length >= 4) {
            int first = m.get(Layouts.I32, source);
            int last = m.get(Layouts.I32, source + length - 4);
            m.set(Layouts.I32, target, first);
            m.set(Layouts.I32, target + length - 4, last);
        } else if (length == 2) {
            m.set(Layouts.I16, target, m.get(Layouts.I16, source));
        } else if (length == 1) {
            m.set(Layouts.I8, target, m.get(Layouts.I8, source));
        } else {
            return false;
        }
        return true;
    }

    /** {@code bpf_dynptr_size}. */
    static long size(MemorySegment m, long p) {
        return word(m, p) == 0 ? -dev.skep.runtime.Errno.EINVAL & U32 : half(m, p + 8) & (1 << SIZE_BITS) - 1;
    }
}
