package dev.skep.linux;

import dev.skep.object.uapi.MapType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The writing end of a user ring buffer, which a program drains. One thread at a time. */
public final class LinuxUserRingBuffer implements AutoCloseable {
    private final RingMemory memory;

    /**
     * Maps the ring's memory.
     *
     * @throws IllegalArgumentException if the map is no {@code user_ringbuf}
     */
    public LinuxUserRingBuffer(LinuxMap map) throws LinuxException {
        if (map.spec().type() != MapType.USER_RINGBUF) {
            throw new IllegalArgumentException(
                    "map must be a user_ringbuf: type=" + map.spec().type());
        }
        memory = new RingMemory(map);
    }

    /** Room for one record; the program sees it when it is submitted. Closing it without that discards it. */
    public final class Sample implements AutoCloseable {
        private final long position;
        private final MemorySegment segment;
        private boolean open = true;

        private Sample(long position, MemorySegment segment) {
            this.position = position;
            this.segment = segment;
        }

        /** The record's bytes. Not to be used after {@link #submit} or {@link #close}. */
        public MemorySegment segment() {
            return segment;
        }

        public void submit() {
            finish(0);
        }

        @Override
        public void close() {
            finish(RingMemory.DISCARDED);
        }

        private void finish(int flags) {
            if (open) {
                open = false;
                memory.header(position, (int) segment.byteSize() | flags);
            }
        }
    }

    /**
     * Reserves room for a record.
     *
     * @param bytes 0 to 2^30 - 1
     * @return empty if the ring has not enough room now
     */
    public Optional<Sample> reserve(int bytes) {
        if (bytes < 0 || bytes >= RingMemory.DISCARDED) {
            throw new IllegalArgumentException("size must be 0 to 2^30 - 1: bytes=" + bytes);
        }
        long position = memory.producerPosition();
        long used = position - memory.consumerPosition();
        if (used + RingMemory.footprint(bytes) > memory.size()) {
            return Optional.empty();
        }
        memory.header(position, bytes | RingMemory.BUSY);
        memory.producerPosition(position + RingMemory.footprint(bytes));
        return Optional.of(new Sample(position, memory.record(position, bytes)));
    }

    /** Unmaps the memory. */
    @Override
    public void close() {
        memory.close();
    }
}
