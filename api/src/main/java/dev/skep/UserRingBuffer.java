package dev.skep;

import java.time.Duration;

/** Samples to programs, which drain them through a callback. */
public final class UserRingBuffer {
    private final String name;
    private final dev.skep.runtime.ring.UserRingBuffer ring;

    UserRingBuffer(String name, dev.skep.runtime.ring.UserRingBuffer ring) {
        this.name = name;
        this.ring = ring;
    }

    public String name() {
        return name;
    }

    /** The ring underneath: positions, bulk writes. */
    public dev.skep.runtime.ring.UserRingBuffer raw() {
        return ring;
    }

    /** Room for a sample; null when the ring is full now. Closed without submit, it is discarded. */
    public dev.skep.runtime.ring.UserRingBuffer.Sample reserve(int size) {
        return ring.reserve(size);
    }

    /** The same, waiting for a drain to make room; null when the time is over. */
    public dev.skep.runtime.ring.UserRingBuffer.Sample reserve(int size, Duration timeout) throws InterruptedException {
        return ring.reserve(size, timeout);
    }

    /** Copies one sample in; false when the ring is full now. */
    public boolean offer(byte[] sample) {
        return ring.offer(sample);
    }
}
