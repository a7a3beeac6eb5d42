package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/** BPF_MAP_TYPE_HASH_OF_MAPS: a hash from keys to the ids of maps. A program's lookup gives the inner map's address. */
public final class HandleHashMap extends BpfMap {
    private final HashMap table;

    public HandleHashMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        table = new HashMap(environment, inside(spec, spec.keySize(), 4, spec.maxEntries(), spec.flags()));
    }

    /** The spec of a hash that another kind of map keeps its elements in. */
    static MapSpec inside(MapSpec spec, int keySize, int valueSize, int entries, int flags) {
        return MapSpec.of(spec.name(), MapType.HASH, keySize, valueSize, entries)
                .withFlags(flags);
    }

    @Override
    public long lookup(long key, int cpu) {
        long value = table.lookup(key, cpu);
        BpfMap inner = value == 0 ? null : environment.neighbours().map((int) SlabAccess.load32(memory, value));
        return inner == null ? 0 : inner.address();
    }

    @Override
    protected long read(long key, long out, long flags) {
        return table.read(key, out, flags);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        BpfMap inner = environment.neighbours().map((int) SlabAccess.load32(memory, value));
        if (inner == null) {
            return -Errno.EBADF;
        }
        return MapTemplate.fits(spec().inner(), inner.spec()) ? table.update(key, value, flags, cpu) : -Errno.EINVAL;
    }

    @Override
    public long delete(long key) {
        return table.delete(key);
    }

    @Override
    public long nextKey(long key, long next) {
        return table.nextKey(key, next);
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return false;
    }

    @Override
    protected long chargedInside() {
        return table.memoryCharged();
    }

    @Override
    protected void releaseValues() {
        if (table != null) {
            table.close();
        }
    }
}
