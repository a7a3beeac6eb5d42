package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.ring.RingLayout;

/** What both kinds of ring are as maps: one block of pages that knows the map's number, and no elements. */
public abstract sealed class RingMap extends BpfMap permits RingBufferMap, UserRingBufferMap {
    /** The ring's pages. */
    protected final long block;

    /** Bytes of the data area. */
    protected final long size;

    RingMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        size = Integer.toUnsignedLong(spec.maxEntries());
        block = allocate(RingLayout.blockBytes(size), RingLayout.chargedBytes(size));
    }

    @Override
    protected void identified(int newId) {
        RingLayout.mark(memory, block, newId);
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
    }

    @Override
    protected long read(long key, long out, long flags) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public long delete(long key) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public long nextKey(long key, long next) {
        return -Errno.ENOTSUPP;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return address >= block + RingLayout.DATA;
    }
}
