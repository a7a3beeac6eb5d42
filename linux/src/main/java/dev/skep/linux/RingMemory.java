package dev.skep.linux;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The shared memory of a ring buffer, mapped.
 *
 * <pre>
 *  page 0     consumer position, 8 bytes
 *  page 1     producer position, 8 bytes
 *  page 2...  the data, size bytes, followed by the same pages once more: a record never wraps
 *
 *  record:  length and flags (4 bytes)  page offset (4 bytes)  data, padded to 8
 * </pre>
 *
 * <p>User space writes the consumer page of a kernel ring, and the producer page and data of a user ring; the rest is
 * read-only. Positions grow for ever; the place in the data is position modulo size.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/ringbuf.rst, uapi/linux/bpf.h (BPF_RINGBUF_*).
 */
final class RingMemory implements AutoCloseable {
    static final int HEADER = 8;
    static final int BUSY = 1 << 31;
    static final int DISCARDED = 1 << 30;

    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;

    RingMemory(LinuxMap map) throws LinuxException {
        MapSpec spec = map.spec();
        boolean user = spec.type() == MapType.USER_RINGBUF;
        long size = Integer.toUnsignedLong(MapCreation.entries(spec));
        this.mask = size - 1;
        try {
            consumer = map.mmap(0, Bpf.PAGE, !user, arena);
            MemorySegment rest = map.mmap(Bpf.PAGE, Bpf.PAGE + 2 * size, user, arena);
            producer = rest.asSlice(0, Bpf.PAGE);
            data = rest.asSlice(Bpf.PAGE);
        } catch (LinuxException e) {
            arena.close();
            throw e;
        }
    }

    long size() {
        return mask + 1;
    }

    long consumerPosition() {
        return (long) POSITION.getAcquire(consumer, 0L);
    }

    void consumerPosition(long position) {
        POSITION.setRelease(consumer, 0L, position);
    }

    long producerPosition() {
        return (long) POSITION.getAcquire(producer, 0L);
    }

    void producerPosition(long position) {
        POSITION.setRelease(producer, 0L, position);
    }

    /** Length and flags of the record at a position. */
    int header(long position) {
        return (int) LENGTH.getAcquire(data, position & mask);
    }

    void header(long position, int lengthAndFlags) {
        LENGTH.setRelease(data, position & mask, lengthAndFlags);
    }

    /** The bytes of the record at a position. */
    MemorySegment record(long position, int length) {
        return data.asSlice((position & mask) + HEADER, length);
    }

    /** Bytes that a record with so much data takes. */
    static long footprint(int length) {
        return (long) length + HEADER + 7 & ~7L;
    }

    @Override
    public void close() {
        arena.close();
    }
}
