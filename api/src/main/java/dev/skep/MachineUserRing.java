package dev.skep;

import dev.skep.runtime.ring.Sample;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A user ring of a {@link BpfObject}. */
final class MachineUserRing implements UserRingBuffer {
    private final String name;
    private final dev.skep.runtime.ring.UserRingBuffer ring;

    MachineUserRing(String name, dev.skep.runtime.ring.UserRingBuffer ring) {
        this.name = name;
        this.ring = ring;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return ring.size();
    }

    @Override
    public long consumerPosition() {
        return ring.consumerPosition();
    }

    @Override
    public long producerPosition() {
        return ring.producerPosition();
    }

    @Override
    public Sample reserve(int size) {
        return ring.reserve(size);
    }

    @Override
    public Sample reserve(int size, Duration timeout) throws InterruptedException {
        return ring.reserve(size, timeout);
    }

    @Override
    public boolean offer(MemorySegment sample) {
        return ring.offer(sample);
    }
}
