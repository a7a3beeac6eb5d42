package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.runtime.ring.RingLayout;

/** BPF_MAP_TYPE_RINGBUF as a map: a {@link RingBuffer}, and no elements. */
public final class RingBufferMap extends BpfMap {
    private final RingBuffer ring;

    public RingBufferMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        long size = Integer.toUnsignedLong(spec.maxEntries());
        ring = new RingBuffer(slab, allocate(RingLayout.blockBytes(size), RingLayout.chargedBytes(size)), size);
    }

    public RingBuffer ring() {
        return ring;
    }

    @Override
    protected void identified(int newId) {
        RingLayout.mark(memory, ring.block(), newId);
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
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
        return address >= ring.block() + RingLayout.DATA;
    }
}
