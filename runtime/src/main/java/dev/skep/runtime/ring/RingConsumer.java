package dev.skep.runtime.ring;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The side of a ring buffer that the host reads; the same for rings in the slab and rings of the kernel. One consumer
 * at a time, others wait.
 *
 * <ol>
 *   <li>Records are taken in the order of their reservation, up to the first that is busy.
 *   <li>The consumer's position moves when the call ends, and after each eighth of the ring: producers see room late,
 *       but their cache line is left alone.
 *   <li>On Skep's own rings the header tells where the records end, and the producers' position is left alone, too.
 *   <li>A call ends after as many bytes as the ring has, however fast producers are.
 *   <li>A record whose handler throws is not consumed; the next call delivers it again.
 *   <li>On a ring that overwrites, each record is copied first, and the copy delivered only if the overwrite position
 *       had not passed it then.
 * </ol>
 */
public final class RingConsumer {
    private final RingPages pages;
    private final long addressBase;
    private final boolean overwrite;
    private final Reservations state;
    private final boolean marked;
    private final ReentrantLock consuming = new ReentrantLock();
    private final RingRecord record;
    private byte[] copy = new byte[0];
    private long lostBytes;
    private volatile boolean closed;

    /**
     * @param addressBase what {@link RingRecord#address} counts from: the address of the consumer page
     * @param overwrite the ring overwrites old records
     */
    public RingConsumer(RingPages pages, long addressBase, boolean overwrite) {
        this(pages, addressBase, overwrite, new Reservations(), false);
    }

    /**
     * {@code marked}: producers mark the place behind the last record busy, so that there is no need to look at their
     * position.
     */
    RingConsumer(RingPages pages, long addressBase, boolean overwrite, Reservations state, boolean marked) {
        this.marked = marked;
        this.state = state;
        this.pages = pages;
        this.addressBase = addressBase;
        this.overwrite = overwrite;
        this.record = new RingRecord(pages.shared(), addressBase);
    }

    /**
     * Takes committed records, at most {@code limit}, but at least one if there is one.
     *
     * @return the number of records given to the handler, discarded ones excluded; or the negative number that the
     *     handler returned, whose record is consumed all the same
     * @throws IllegalStateException on a closed ring, from within a handler of the same ring, or when the positions
     *     were forged such that no record is where they say
     */
    public int consume(int limit, RecordHandler handler) {
        if (consuming.isHeldByCurrentThread()) {
            throw new IllegalStateException("handler must not consume the ring that called it");
        }
        consuming.lock();
        try {
            if (closed) {
                throw new IllegalStateException("ring must be open");
            }
            return overwrite ? takeCopies(limit, handler) : take(limit, handler);
        } finally {
            consuming.unlock();
        }
    }

    private int take(int limit, RecordHandler handler) {
        RingPages ring = pages;
        RingRecord current = record;
        int taken = 0;
        long consumer = ring.consumerPosition();
        long stored = consumer;
        boolean own = marked && consumer == state.taken();
        try {
            long last = consumer + ring.size();
            while (consumer < last) {
                long end = Math.min(last, stored + (ring.size() >>> 3));
                if (!own) {
                    end = Math.min(end, ring.producerPosition());
                }
                if (consumer >= end) {
                    return taken;
                }
                do {
                    long at = ring.headerAt(consumer);
                    int header = ring.header(at);
                    if (header < 0) {
                        return taken;
                    }
                    int length = header & ~RingLayout.DISCARD;
                    long stride = RingLayout.stride(length);
                    requireFit(stride, consumer);
                    if (header != length) {
                        consumer += stride;
                        continue;
                    }
                    current.move(at + RingLayout.HEADER_BYTES, length);
                    int result = handler.handle(current);
                    consumer += stride;
                    if (result < 0) {
                        return result;
                    }
                    if (++taken >= limit) {
                        return taken;
                    }
                } while (consumer < end);
                store(consumer, own);
                stored = consumer;
            }
            return taken;
        } finally {
            if (consumer != stored) {
                store(consumer, own);
            }
        }
    }

    private void requireFit(long stride, long position) {
        if (stride > pages.size()) {
            throw new IllegalStateException("record must fit the ring: position=" + position + " bytes=" + stride);
        }
    }

    private void store(long consumer, boolean own) {
        if (own) {
            state.taken(consumer);
        }
        pages.consumerPosition(consumer);
    }

    private int takeCopies(int limit, RecordHandler handler) {
        int taken = 0;
        long consumer = pages.consumerPosition();
        long last = consumer + pages.size();
        while (consumer - last < 0) {
            long producer = pages.producerPosition();
            long oldest = pages.overwritePosition();
            if (oldest - consumer > 0) {
                lostBytes += oldest - consumer;
                last += oldest - consumer;
                consumer = oldest;
            }
            if (consumer >= producer) {
                break;
            }
            long at = pages.headerAt(consumer);
            int header = pages.header(at);
            int length = (int) RingLayout.length(header);
            boolean deliver = (header & (RingLayout.DISCARD | RingLayout.BUSY)) == 0;
            boolean fits = RingLayout.stride(length) <= pages.size();
            if (deliver && fits) {
                copy(at, length);
            }
            VarHandle.loadLoadFence();
            if (pages.overwritePosition() - consumer > 0) {
                continue;
            }
            if ((header & RingLayout.BUSY) != 0 || !fits) {
                break;
            }
            int result = deliver ? handler.handle(record) : 0;
            consumer += RingLayout.stride(length);
            pages.consumerPosition(consumer);
            if (result < 0) {
                return result;
            }
            if (deliver && ++taken >= limit) {
                break;
            }
        }
        pages.consumerPosition(consumer);
        return taken;
    }

    private void copy(long at, int length) {
        if (copy.length < length) {
            copy = new byte[Math.max(256, Integer.highestOneBit(length) << 1)];
        }
        long payload = at + RingLayout.HEADER_BYTES;
        MemorySegment to = MemorySegment.ofArray(copy);
        MemorySegment.copy(pages.shared(), payload, to, 0, length);
        record.copied(to, length, addressBase + payload);
    }

    /** On a ring that overwrites: bytes, headers included, that were overwritten before this consumer came to them. */
    public long lostBytes() {
        consuming.lock();
        try {
            return lostBytes;
        } finally {
            consuming.unlock();
        }
    }

    /**
     * Lets the consumer that is at work finish, and nobody begin.
     *
     * @throws IllegalStateException from within a handler of this ring
     */
    public void close() {
        if (consuming.isHeldByCurrentThread()) {
            throw new IllegalStateException("handler must not close the ring that called it");
        }
        consuming.lock();
        closed = true;
        consuming.unlock();
    }
}
