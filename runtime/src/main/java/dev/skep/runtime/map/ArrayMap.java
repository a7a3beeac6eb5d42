package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * BPF_MAP_TYPE_ARRAY and PERCPU_ARRAY, and global data, which is an array of one value.
 *
 * <p><em>Shape</em>: the value of index {@code i} is at {@code base + i * stride}, the stride being the value size
 * rounded up to 8. A per-CPU array is one such array per CPU, {@link #cpuStride} bytes apart. Elements are never
 * created or deleted.
 */
public final class ArrayMap extends BpfMap {
    private final long base;
    private final int stride;
    private final int entries;
    private final int cpus;
    private final long cpuStride;

    public ArrayMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        stride = round8(spec.valueSize());
        entries = spec.maxEntries();
        cpus = spec.type() == MapType.PERCPU_ARRAY ? environment.cpus() : 1;
        cpuStride = Integer.toUnsignedLong(entries) * stride;
        if (entries < 0 || cpuStride * cpus > slab.size()) {
            close();
            throw slab.full(cpuStride * cpus);
        }
        base = allocate(cpuStride * cpus);
        if (spec.contents() != null) {
            SlabAccess.put(memory, base, spec.contents(), 0, Math.min(spec.contents().length, spec.valueSize()));
        }
        if (spec.frozen()) {
            freeze();
        }
    }

    /** Address of the value at index 0: constant, so global data needs no lookup. */
    public long base() {
        return base;
    }

    /** Bytes from one value to the next. */
    public int stride() {
        return stride;
    }

    /** Bytes from one CPU's array to the next; of use on per-CPU arrays. */
    public long cpuStride() {
        return cpuStride;
    }

    public boolean isPerCpu() {
        return type() == MapType.PERCPU_ARRAY;
    }

    /** What a lookup is, for generated code: {@code key} is the key's address. */
    public static long lookup(MemorySegment memory, long base, int stride, int entries, long key) {
        long index = SlabAccess.load32(memory, key);
        return index < entries ? base + index * stride : 0;
    }

    @Override
    public long lookup(long key, int cpu) {
        long value = lookup(memory, base, stride, entries, key);
        return value == 0 || cpus == 1 ? value : value + cpu * cpuStride;
    }

    /** Address of one value; the index must be in range. */
    public long valueAt(int index, int cpu) {
        return base + (cpus == 1 ? 0 : cpu * cpuStride) + (long) index * stride;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        long refusal = refusal(key, flags);
        if (refusal != 0) {
            return refusal;
        }
        long target = lookup(key, cpu);
        if ((flags & F_LOCK) != 0) {
            shape.copyLocked(memory, value, target, target);
        } else {
            shape.copy(memory, value, target);
            releaseFields(target);
        }
        return 0;
    }

    private long refusal(long key, long flags) {
        if ((flags & ~F_LOCK) > EXIST || flags < 0) {
            return -Errno.EINVAL;
        }
        if (SlabAccess.load32(memory, key) >= entries) {
            return -Errno.E2BIG;
        }
        if ((flags & NOEXIST) != 0) {
            return -Errno.EEXIST;
        }
        return (flags & F_LOCK) != 0 && !shape.hasLock() ? -Errno.EINVAL : 0;
    }

    @Override
    public long delete(long key) {
        return -Errno.EINVAL;
    }

    @Override
    public long nextKey(long key, long next) {
        long index = key == 0 ? entries : SlabAccess.load32(memory, key);
        if (index >= entries) {
            SlabAccess.store32(memory, next, 0);
            return 0;
        }
        if (index == entries - 1) {
            return -Errno.ENOENT;
        }
        SlabAccess.store32(memory, next, index + 1);
        return 0;
    }

    @Override
    public int hostValueSize() {
        return isPerCpu() ? stride * cpus : valueSize();
    }

    @Override
    protected long read(long key, long out, long flags) {
        if (!isPerCpu()) {
            return super.read(key, out, flags);
        }
        long value = lookup(key, 0);
        if (value == 0) {
            return -Errno.ENOENT;
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            copyOut(value + cpu * cpuStride, out + (long) cpu * stride, 0);
        }
        return 0;
    }

    @Override
    protected long write(long key, long value, long flags) {
        if (!isPerCpu()) {
            return super.write(key, value, flags);
        }
        long refusal = refusal(key, flags);
        for (int cpu = 0; refusal == 0 && cpu < cpus; cpu++) {
            update(key, value + (long) cpu * stride, ANY, cpu);
        }
        return refusal;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        long offset = address - base;
        return offset >= 0 && offset < cpuStride * cpus && offset % stride + bytes <= valueSize();
    }

    @Override
    protected void releaseValues() {
        if (shape.isPlain() || base == 0) {
            return;
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            for (int i = 0; i < entries; i++) {
                releaseFields(valueAt(i, cpu));
            }
        }
    }
}
