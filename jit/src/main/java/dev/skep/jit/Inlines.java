package dev.skep.jit;

import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.HashMap;
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
}
