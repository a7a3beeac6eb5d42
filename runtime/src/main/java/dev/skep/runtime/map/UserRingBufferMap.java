package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.ring.RingLayout;
import dev.skep.runtime.ring.UserRingBuffer;

/** BPF_MAP_TYPE_USER_RINGBUF as a map: a {@link UserRingBuffer}, and no elements. */
public final class UserRingBufferMap extends BpfMap {
    private final UserRingBuffer ring;

    public UserRingBufferMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        long size = Integer.toUnsignedLong(spec.maxEntries());
        ring = new UserRingBuffer(slab, allocate(RingLayout.blockBytes(size), RingLayout.chargedBytes(size)), size);
    }

    public UserRingBuffer ring() {
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
