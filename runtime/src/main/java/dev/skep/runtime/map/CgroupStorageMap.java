package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/**
 * BPF_MAP_TYPE_CGROUP_STORAGE and PERCPU_CGROUP_STORAGE: the value of the cgroup that the program runs for. A machine
 * stands for one cgroup, so there is one value (per CPU), and every key names it.
 */
public final class CgroupStorageMap extends BpfMap {
    private final long base;
    private final int stride;
    private final boolean perCpu;

    public CgroupStorageMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        perCpu = spec.type() == MapType.PERCPU_CGROUP_STORAGE;
        stride = round8(spec.valueSize());
        base = allocate((long) stride * (perCpu ? environment.cpus() : 1));
    }

    /** {@code bpf_get_local_storage}. */
    public long value(int cpu) {
        return perCpu ? base + (long) cpu * stride : base;
    }

    @Override
    public long lookup(long key, int cpu) {
        return value(cpu);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        if ((flags & ~F_LOCK) > EXIST || flags < 0 || (flags & NOEXIST) != 0) {
            return -Errno.EINVAL;
        }
        shape.copy(memory, value, value(cpu));
        return 0;
    }

    @Override
    public long delete(long key) {
        return -Errno.EINVAL;
    }

    @Override
    public long nextKey(long key, long next) {
        if (key != 0) {
            return -Errno.ENOENT;
        }
        SlabAccess.fill(memory, next, keySize(), (byte) 0);
        return 0;
    }

    @Override
    public int hostValueSize() {
        return perCpu ? stride * environment.cpus() : valueSize();
    }

    @Override
    protected long read(long key, long out, long flags) {
        SlabAccess.copy(memory, base, out, hostValueSize());
        return 0;
    }

    @Override
    protected long write(long key, long value, long flags) {
        SlabAccess.copy(memory, value, base, hostValueSize());
        return 0;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return address >= base && (address - base) % stride + bytes <= valueSize();
    }
}
