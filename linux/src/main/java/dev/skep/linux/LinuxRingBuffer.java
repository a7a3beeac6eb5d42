package dev.skep.linux;

import dev.skep.object.uapi.MapType;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** The reading end of a kernel ring buffer. One thread at a time; the map may be closed before it. */
public final class LinuxRingBuffer implements AutoCloseable {
    private final RingMemory memory;

    /**
     * Maps the ring's memory.
     *
     * @throws IllegalArgumentException if the map is no {@code ringbuf}
     */
    public LinuxRingBuffer(LinuxMap map) throws LinuxException {
        if (map.spec().type() != MapType.RINGBUF) {
            throw new IllegalArgumentException(
                    "map must be a ringbuf: type=" + map.spec().type());
        }
        memory = new RingMemory(map);
    }

    /** Bytes of data that the ring holds, headers included. */
    public long capacity() {
        return memory.size();
    }

    /**
     * Gives every record that is ready to {@code handler}, oldest first; stops at the first that is still being
     * written. Discarded records are passed over. The segment is the ring's own memory and may be used during the call
     * only.
     *
     * @return the records handled
     */
    public int consume(Consumer<MemorySegment> handler) {
        int handled = 0;
        long position = memory.consumerPosition();
        while (position < memory.producerPosition()) {
            int header = memory.header(position);
            if ((header & RingMemory.BUSY) != 0) {
                break;
            }
            int length = header & ~(RingMemory.BUSY | RingMemory.DISCARDED);
            try {
                if ((header & RingMemory.DISCARDED) == 0) {
                    handler.accept(memory.record(position, length).asReadOnly());
                    handled++;
                }
            } finally {
                position += RingMemory.footprint(length);
                memory.consumerPosition(position);
            }
        }
        return handled;
    }

    /** Unmaps the memory. */
    @Override
    public void close() {
        memory.close();
    }
}
