package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.ring.UserRingBuffer;

/** BPF_MAP_TYPE_USER_RINGBUF as a map: a {@link UserRingBuffer}. */
public final class UserRingBufferMap extends RingMap {
    private final UserRingBuffer ring;

    public UserRingBufferMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        ring = new UserRingBuffer(slab, block, size);
    }

    public UserRingBuffer ring() {
        return ring;
    }

    @Override
    protected void releaseValues() {
        ring.close();
    }
}
