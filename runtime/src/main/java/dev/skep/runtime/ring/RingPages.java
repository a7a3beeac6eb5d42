package dev.skep.runtime.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The memory of one ring, wherever it lives: the slab, or pages that the kernel shares. Positions and headers with the
 * memory order that both sides rely on; no rules.
 *
 * <p><em>Shape</em>: see {@link RingLayout}. A record, so that HotSpot folds its fields where the ring is a constant.
 * Offsets of records count from the start of {@code shared}; every access is checked against the ring's own pages,
 * whatever a forged position says.
 *
 * @param shared consumer page, producer page, data, data again
 * @param size data bytes, a power of two
 */
public record RingPages(MemorySegment shared, long size) {
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private static final long CONSUMER = 0;
    private static final long PRODUCER = RingLayout.PAGE;
    private static final long PENDING = RingLayout.PAGE + 8;
    private static final long OVERWRITE = RingLayout.PAGE + 16;
    private static final long DATA = 2 * RingLayout.PAGE;

    /** Everything before it is free. */
    public long consumerPosition() {
        return (long) LONG.getAcquire(shared, CONSUMER);
    }

    void consumerPosition(long position) {
        LONG.setRelease(shared, CONSUMER, position);
    }

    /** The end of what is reserved. */
    public long producerPosition() {
        return (long) LONG.getAcquire(shared, PRODUCER);
    }

    void producerPosition(long position) {
        LONG.setRelease(shared, PRODUCER, position);
    }

    /** For those who look at the pages; producers keep it elsewhere. */
    void pendingPosition(long position) {
        LONG.setOpaque(shared, PENDING, position);
    }

    /** Start of the oldest record that is not overwritten; 0 on rings that do not overwrite. */
    public long overwritePosition() {
        return (long) LONG.getAcquire(shared, OVERWRITE);
    }

    /** What is stored after this call is not seen before the position. */
    void overwritePosition(long position) {
        LONG.setRelease(shared, OVERWRITE, position);
        VarHandle.storeStoreFence();
    }

    /** Offset of the header of the record at a position. */
    long headerAt(long position) {
        return DATA + (position & size - 1);
    }

    /** The header word at an offset, with all that its writer stored before. */
    int header(long offset) {
        return (int) INT.getAcquire(shared, offset);
    }

    int plainHeader(long offset) {
        return (int) INT.get(shared, offset);
    }

    /** Both header words in one store; published by the producer position. */
    void writeHeader(long offset, long length, long pages) {
        LONG.set(shared, offset, length | RingLayout.BUSY & 0xffff_ffffL | pages << 32);
    }

    /**
     * Marks the place behind the last record busy, for a consumer that looks at headers only. It is free memory: a ring
     * keeps 8 bytes free. Published by the commit of the record before it.
     */
    void markEnd(long position) {
        INT.set(shared, headerAt(position), RingLayout.BUSY);
    }

    /** Publishes a record; a full fence, so that what the other side did before is seen after. */
    void exchangeHeader(long offset, int word) {
        INT.getAndSet(shared, offset, word);
    }

    /** Publishes a record. */
    void releaseHeader(long offset, int word) {
        INT.setRelease(shared, offset, word);
    }
}
