package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.runtime.ring.RingProducer;

/** BPF_MAP_TYPE_RINGBUF as a map: a {@link RingBuffer}. */
public final class RingBufferMap extends RingMap {
    private final RingBuffer ring;
    private final RingProducer producer;

    public RingBufferMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        ring = new RingBuffer(slab, block, size, (spec.flags() & MapSpec.F_RB_OVERWRITE) != 0);
        producer = ring.producer();
    }

    public RingBuffer ring() {
        return ring;
    }

    /** The programs' side of the ring. */
    public RingProducer producer() {
        return producer;
    }

    @Override
    protected void releaseValues() {
        ring.close();
    }
}
