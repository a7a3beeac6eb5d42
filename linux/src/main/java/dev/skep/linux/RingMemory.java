package dev.skep.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The shared memory of a ring, as positions and records.
 *
 * <pre>
 *  record:  length and flags (4 bytes)  page offset (4 bytes)  data, padded to 8
 * </pre>
 *
 * <p>Positions grow for ever; the place in the data is position modulo size.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/ringbuf.rst, uapi/linux/bpf.h (BPF_RINGBUF_*).
 */
final class RingMemory implements AutoCloseable {
    static final int HEADER = 8;
    static final int BUSY = 1 << 31;
    static final int DISCARDED = 1 << 30;

    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private final LinuxRingPages pages;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;

    RingMemory(LinuxMap map) throws LinuxException {
        pages = new LinuxRingPages(map);
        mask = pages.size() - 1;
        consumer = pages.shared().asSlice(0, Bpf.PAGE);
        producer = pages.shared().asSlice(Bpf.PAGE, Bpf.PAGE);
        data = pages.shared().asSlice(2 * Bpf.PAGE);
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
        pages.close();
    }
}
