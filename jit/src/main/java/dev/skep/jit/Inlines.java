package dev.skep.jit;

import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.map.HashMap;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.ring.RingProducer;
import java.lang.foreign.MemorySegment;

/** Short operations that generated code calls with constants, for HotSpot to inline. */
final class Inlines {
    private Inlines() {}

    /** {@code bpf_map_lookup_elem} on an array whose place is known. */
    static long arrayLookup(MemorySegment memory, long base, int stride, int entries, long key) {
        long index = memory.get(Layouts.I32, key - Emission.BIAS) & 0xffff_ffffL;
        return index < entries ? base + index * stride : 0;
    }

    /** Likewise on a per-CPU array. */
    static long perCpuLookup(
            RunContext cx, MemorySegment memory, long base, int stride, int entries, long cpuStride, long key) {
        long index = memory.get(Layouts.I32, key - Emission.BIAS) & 0xffff_ffffL;
        return index < entries ? base + index * stride + cx.cpu() * cpuStride : 0;
    }

    /** Likewise on a hash map of one copy per value. */
    static long hashLookup(
            MemorySegment memory, long buckets, int mask, int seed, int keySize, int valueOffset, long key) {
        long element = HashMap.find(memory, buckets, mask, seed, keySize, key);
        return element == 0 ? 0 : element + valueOffset;
    }

    /** {@code bpf_ringbuf_submit} where the record is of {@code known}, if it is of any ring. */
    static long submit(RunContext cx, RingProducer known, long data, long flags) {
        if (cx.committed(data) == known) {
            known.submit(data, flags);
            return 0;
        }
        throw notOpen(data);
    }

    /** {@code bpf_ringbuf_discard}, likewise. */
    static long discard(RunContext cx, RingProducer known, long data, long flags) {
        if (cx.committed(data) == known) {
            known.discard(data, flags);
            return 0;
        }
        throw notOpen(data);
    }

    /** {@code bpf_ringbuf_submit_dynptr}, likewise. */
    static long submitDynptr(RunContext cx, RingProducer known, long p, long flags) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            submit(cx, known, payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    /** {@code bpf_ringbuf_discard_dynptr}, likewise. */
    static long discardDynptr(RunContext cx, RingProducer known, long p, long flags) {
        long payload = Dynptr.data(cx.memory(), p);
        if (payload != 0) {
            discard(cx, known, payload, flags);
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }

    private static MemoryFault notOpen(long payload) {
        return new MemoryFault("record must be reserved: address=0x" + Long.toHexString(payload), null);
    }
}
