package dev.skep.runtime.ring;

import java.lang.foreign.MemorySegment;

/**
 * The host's side of a user ring buffer: reserve, submit, discard; the same for rings in the slab and rings of the
 * kernel. Reserving takes a lock for a few instructions; a sample may be submitted by any thread, once.
 */
public final class UserRingProducer {
    private final RingPages pages;
    private final long addressBase;
    private final Reservations state = new Reservations();
    private volatile boolean closed;

    /** @param addressBase what {@link Sample#address} counts from: the address of the consumer page */
    public UserRingProducer(RingPages pages, long addressBase) {
        this.pages = pages;
        this.addressBase = addressBase;
    }

    /** Puts a sample's final header in place. */
    void commit(long offset, int word) {
        requireOpen();
        pages.releaseHeader(offset, word);
    }

    MemorySegment payload(long offset, int length) {
        requireOpen();
        return pages.shared().asSlice(offset + RingLayout.HEADER_BYTES, length);
    }

    long address(long offset) {
        return addressBase + offset + RingLayout.HEADER_BYTES;
    }

    boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("ring must be open");
        }
    }

    /**
     * Reserves a sample.
     *
     * @return null when there is no room now
     * @throws IllegalArgumentException when it could never fit
     * @throws IllegalStateException on a closed ring
     */
    public Sample reserve(int length) {
        long offset = claim(length);
        return offset == 0 ? null : new Sample(this, offset, length);
    }

    /** Offset of the new sample's header, 0 when there is no room. */
    private long claim(int length) {
        long stride = RingLayout.stride(length);
        long size = pages.size();
        if (length < 0 || (length & RingLayout.DISCARD) != 0 || stride > size) {
            throw new IllegalArgumentException("sample must fit the ring: size=" + length + " ring=" + size);
        }
        requireOpen();
        state.lock();
        try {
            long producer = pages.producerPosition();
            if (Long.compareUnsigned(producer + stride - pages.consumerPosition(), size) > 0) {
                return 0;
            }
            long offset = pages.headerAt(producer);
            pages.writeHeader(offset, length, 0);
            pages.producerPosition(producer + stride);
            return offset;
        } finally {
            state.unlock();
        }
    }

    /**
     * Copies one sample into the ring; false when there is no room now.
     *
     * @throws IllegalArgumentException when it could never fit
     */
    public boolean offer(byte[] bytes) {
        return offer(MemorySegment.ofArray(bytes));
    }

    /** The same, from any memory. */
    public boolean offer(MemorySegment bytes) {
        int length = (int) Math.min(bytes.byteSize(), Integer.MAX_VALUE);
        long offset = claim(length);
        if (offset == 0) {
            return false;
        }
        MemorySegment.copy(bytes, 0, pages.shared(), offset + RingLayout.HEADER_BYTES, length);
        pages.releaseHeader(offset, length);
        return true;
    }

    /** Refuses further samples. */
    public void close() {
        closed = true;
    }
}
