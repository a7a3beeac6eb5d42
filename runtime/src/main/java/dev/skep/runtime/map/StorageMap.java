package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/**
 * BPF_MAP_TYPE_SK_STORAGE, TASK_STORAGE, INODE_STORAGE and CGRP_STORAGE: a value per kernel object, found by the
 * object's address.
 *
 * <p>The host's key is that address, in 4 bytes, where Linux has a file descriptor.
 */
public final class StorageMap extends BpfMap {
    /** {@link #get}: make the value if there is none. */
    public static final long CREATE = 1;

    private static final int BUCKETS = 256;

    private final HashMap table;
    private final long zeroes;

    public StorageMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        zeroes = allocate(spec.valueSize());
        table = new HashMap(
                environment, HandleHashMap.inside(spec, 4, spec.valueSize(), BUCKETS, MapSpec.F_NO_PREALLOC), false);
    }

    /**
     * The value of an object, or 0.
     *
     * @param initial address of what a new value starts with, 0 for zeroes
     * @param scratch 8 bytes to work in
     */
    public long get(long object, long initial, long flags, long scratch) {
        if (object == 0 || (flags & ~CREATE) != 0 || object >>> 32 != 0) {
            return 0;
        }
        SlabAccess.store32(memory, scratch, object);
        long value = table.lookup(scratch, 0);
        if (value != 0 || flags == 0) {
            return value;
        }
        long start = initial == 0 ? zeroes : initial;
        return table.update(scratch, start, NOEXIST, 0) < -Errno.EEXIST ? 0 : table.lookup(scratch, 0);
    }

    /** Ends the value of an object; -ENOENT when it has none. */
    public long remove(long object, long scratch) {
        SlabAccess.store32(memory, scratch, object);
        return table.delete(scratch);
    }

    @Override
    public long lookup(long key, int cpu) {
        return table.lookup(key, cpu);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return table.update(key, value, flags, cpu);
    }

    @Override
    public long delete(long key) {
        return table.delete(key);
    }

    @Override
    public long nextKey(long key, long next) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return true;
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
