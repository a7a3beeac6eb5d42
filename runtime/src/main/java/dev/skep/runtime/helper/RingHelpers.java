package dev.skep.runtime.helper;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.ring.RingLayout;
import dev.skep.runtime.ring.RingProducer;

/** Helpers on ring buffers, and on dynptrs over their records. */
public final class RingHelpers {
    private RingHelpers() {}

    static void register() {
        HelperTable.add(130, "bpf_ringbuf_output", RingHelpers.class, "output", RingHelpers::output);
        HelperTable.add(131, "bpf_ringbuf_reserve", RingHelpers.class, "reserve", RingHelpers::reserve);
        HelperTable.add(132, "bpf_ringbuf_submit", RingHelpers.class, "submit", RingHelpers::submit);
        HelperTable.add(133, "bpf_ringbuf_discard", RingHelpers.class, "discard", RingHelpers::discard);
        HelperTable.add(134, "bpf_ringbuf_query", RingHelpers.class, "query", RingHelpers::query);
        HelperTable.add(
                198, "bpf_ringbuf_reserve_dynptr", RingHelpers.class, "reserveDynptr", RingHelpers::reserveDynptr);
        HelperTable.add(199, "bpf_ringbuf_submit_dynptr", RingHelpers.class, "submitDynptr", RingHelpers::submitDynptr);
        HelperTable.add(
                200, "bpf_ringbuf_discard_dynptr", RingHelpers.class, "discardDynptr", RingHelpers::discardDynptr);
        HelperTable.add(209, "bpf_user_ringbuf_drain", RingHelpers.class, "drain", RingHelpers::drain);
    }

    private static RingProducer ring(RunContext cx, long map) {
        if (cx.map(map) instanceof RingBufferMap r) {
            return r.producer();
        }
        throw new MemoryFault("map must be a ring buffer: address=0x" + Long.toHexString(map), null);
    }

    /** Takes an open record from the run; gives its ring, found from the record's header. */
    private static RingProducer close(RunContext cx, long payload) {
        if (cx.committed(payload)) {
            long block = RingLayout.blockOf(cx.memory(), payload);
            if (cx.machine().map(RingLayout.mapId(cx.memory(), block)) instanceof RingBufferMap r
                    && r.producer().block() == block) {
                return r.producer();
            }
        }
        throw new MemoryFault("record must be reserved: address=0x" + Long.toHexString(payload), null);
    }

    private static void requireOpen(RunContext cx, long payload) {
        if (!cx.committed(payload)) {
            throw new MemoryFault("record must be reserved: address=0x" + Long.toHexString(payload), null);
        }
    }

    /** {@code bpf_ringbuf_reserve} on a ring that the caller knows: what generated code calls. */
    public static long reserve(RunContext cx, RingProducer ring, long size, long flags) {
        long payload = flags != 0 ? 0 : ring.reserve(size);
        if (payload != 0) {
            cx.reserved(payload);
        }
        return payload;
    }

    /** {@code bpf_ringbuf_reserve_dynptr} on a ring that the caller knows. */
    public static long reserveDynptr(RunContext cx, RingProducer ring, long size, long flags, long p) {
        long bytes = size & 0xffff_ffffL;
        long payload = 0;
        long result = 0;
        if (flags != 0) {
            result = -Errno.EINVAL;
        } else if (bytes > Dynptr.MAX_SIZE) {
            result = -Errno.E2BIG;
        } else {
            payload = ring.reserve(bytes);
            result = payload == 0 ? -Errno.EINVAL : 0;
        }
        if (result != 0) {
            Dynptr.setNull(cx.memory(), p);
        } else {
            cx.reserved(payload);
            Dynptr.init(cx.memory(), p, payload, DynptrType.RINGBUF, bytes, false);
        }
        return result;
    }

    /** {@code bpf_ringbuf_submit} of a record of a ring that the caller knows. */
    public static long submit(RunContext cx, RingProducer ring, long data, long flags) {
        requireOpen(cx, data);
        ring.submit(data, flags);
        return 0;
    }

    /** {@code bpf_ringbuf_discard} of a record of a ring that the caller knows. */
    public static long discard(RunContext cx, RingProducer ring, long data, long flags) {
        requireOpen(cx, data);
        ring.discard(data, flags);
        return 0;
    }

    /** {@code bpf_ringbuf_submit_dynptr} of a record of a ring that the caller knows. */
    public static long submitDynptr(RunContext cx, RingProducer ring, long p, long flags) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            submit(cx, ring, payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    /** {@code bpf_ringbuf_discard_dynptr} of a record of a ring that the caller knows. */
    public static long discardDynptr(RunContext cx, RingProducer ring, long p, long flags) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            discard(cx, ring, payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    public static long output(RunContext cx, long map, long data, long size, long flags, long r5) {
        return ring(cx, map).output(data, size, flags);
    }

    public static long reserve(RunContext cx, long map, long size, long flags, long r4, long r5) {
        return reserve(cx, ring(cx, map), size, flags);
    }

    public static long submit(RunContext cx, long data, long flags, long r3, long r4, long r5) {
        close(cx, data).submit(data, flags);
        return 0;
    }

    public static long discard(RunContext cx, long data, long flags, long r3, long r4, long r5) {
        close(cx, data).discard(data, flags);
        return 0;
    }

    public static long query(RunContext cx, long map, long what, long r3, long r4, long r5) {
        return ring(cx, map).query(what);
    }

    public static long reserveDynptr(RunContext cx, long map, long size, long flags, long p, long r5) {
        return reserveDynptr(cx, ring(cx, map), size, flags, p);
    }

    public static long submitDynptr(RunContext cx, long p, long flags, long r3, long r4, long r5) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            close(cx, payload).submit(payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    public static long discardDynptr(RunContext cx, long p, long flags, long r3, long r4, long r5) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            close(cx, payload).discard(payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    public static long drain(RunContext cx, long map, long callback, long ctx, long flags, long r5) {
        if (!(cx.map(map) instanceof UserRingBufferMap u)) {
            throw new MemoryFault("map must be a user ring buffer: address=0x" + Long.toHexString(map), null);
        }
        long caller = cx.frame();
        long p = cx.enterFrame() - Dynptr.BYTES;
        try {
            return u.ring().drain(flags, (address, size) -> {
                Dynptr.init(cx.memory(), p, address, DynptrType.LOCAL, size, false);
                return cx.callback(callback, p, ctx, 0, 0, 0);
            });
        } finally {
            cx.leaveFrame(caller);
        }
    }
}
