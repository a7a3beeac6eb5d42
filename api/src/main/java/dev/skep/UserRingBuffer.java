package dev.skep;

import dev.skep.runtime.ring.Sample;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Samples to programs, which drain them through a callback: the same calls on a ring of Skep and on one in the running
 * kernel. Safe for many threads; a sample belongs to one at a time.
 *
 * <p><em>Errors</em>: {@link IllegalArgumentException} for a sample that could never fit; {@link IllegalStateException}
 * on a ring whose object is closed, also for those who wait.
 */
public sealed interface UserRingBuffer permits MachineUserRing, KernelUserRing {
    /** The map's name. */
    String name();

    /** Bytes of data that the ring holds, headers included. */
    long size();

    /** Everything before it is drained; bytes since the ring was made. */
    long consumerPosition();

    /** Everything before it is reserved; bytes since the ring was made. */
    long producerPosition();

    /** Room for a sample; null when the ring is full now. Closed without submit, it is discarded. */
    Sample reserve(int size);

    /** The same, waiting for a drain to make room; null when the time is over. */
    Sample reserve(int size, Duration timeout) throws InterruptedException;

    /** Copies one sample in; false when the ring is full now. */
    boolean offer(MemorySegment sample);

    /** Copies one sample in; false when the ring is full now. */
    default boolean offer(byte[] sample) {
        return offer(MemorySegment.ofArray(sample));
    }
}
