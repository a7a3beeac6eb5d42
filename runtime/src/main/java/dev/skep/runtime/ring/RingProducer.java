package dev.skep.runtime.ring;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * The side of a {@link RingBuffer} that programs write: reserve, submit, discard, output. Safe for many threads.
 *
 * <p><em>Shape</em>: a record, so that generated code which holds one as a constant has all its fields as constants.
 * Arguments and results are program addresses and numbers; nothing is allocated.
 *
 * @param memory the slab's bytes
 * @param block the ring's first page
 * @param limit the longest record
 * @param overwrite Linux 6.19's BPF_F_RB_OVERWRITE: old records give way to new ones
 * @param state the lock, and positions of this side
 */
public record RingProducer(
        MemorySegment memory,
        RingPages pages,
        long block,
        long limit,
        boolean overwrite,
        Reservations state,
        Doorbell doorbell) {
    private static final long MAX_RECORD = 0xffff_ffffL / 4;

    static RingProducer of(
            MemorySegment memory,
            RingPages pages,
            long block,
            boolean overwrite,
            Reservations state,
            Doorbell doorbell) {
        long limit = Math.min(MAX_RECORD, pages.size() - RingLayout.HEADER_BYTES);
        pages.markEnd(0);
        return new RingProducer(memory, pages, block, limit, overwrite, state, doorbell);
    }

    /** Reserves a record; the address of its payload, or 0 when there is no room. The payload is not cleared. */
    public long reserve(long length) {
        if (Long.compareUnsigned(length, limit) > 0) {
            return 0;
        }
        state.lock();
        try {
            long producer = state.producer;
            long next = producer + RingLayout.stride(length);
            long room = pages.size() - 1;
            boolean full = Long.compareUnsigned(next - state.consumer, room) > 0
                    || Long.compareUnsigned(next - state.pending, room) > 0;
            if ((full || overwrite) && !makeRoom(next, room)) {
                return 0;
            }
            long offset = pages.headerAt(producer);
            pages.markEnd(next);
            pages.writeHeader(offset, length, offset + RingLayout.PAGE >>> 12);
            pages.producerPosition(next);
            state.producer = next;
            return block + RingLayout.PAGE + RingLayout.HEADER_BYTES + offset;
        } finally {
            state.unlock();
        }
    }

    /** Looks whether there is room after all. */
    private boolean makeRoom(long next, long room) {
        if (overwrite) {
            if (!settled(next, room)) {
                return false;
            }
            overwrite(next, room);
            return true;
        }
        state.consumer = pages.consumerPosition();
        return Long.compareUnsigned(next - state.consumer, room) <= 0 && settled(next, room);
    }

    /** Takes over a consumer position that was set from outside, forged or not. */
    void forget() {
        state.lock();
        state.consumer = pages.consumerPosition();
        state.unlock();
    }

    /**
     * Moves the pending position over committed records, until there is room or a busy one is met: a new record never
     * reaches a busy one. The consumer's own position cannot be trusted for this, since it is data from outside; what
     * Skep's consumer has taken can.
     */
    private boolean settled(long next, long room) {
        long pending = state.pending;
        long taken = state.taken();
        if (taken - pending > 0 && taken - state.producer <= 0) {
            pending = taken;
        }
        while (Long.compareUnsigned(next - pending, room) > 0 && pending != state.producer) {
            int header = pages.header(pages.headerAt(pending));
            if ((header & RingLayout.BUSY) != 0) {
                break;
            }
            pending += RingLayout.stride(RingLayout.length(header));
        }
        state.pending = pending;
        pages.pendingPosition(pending);
        return Long.compareUnsigned(next - pending, room) <= 0;
    }

    /** Gives up the oldest records until there is room; none of them is busy. */
    private void overwrite(long next, long room) {
        long oldest = pages.overwritePosition();
        long start = oldest;
        while (Long.compareUnsigned(next - oldest, room) > 0) {
            oldest += RingLayout.stride(RingLayout.length(pages.plainHeader(pages.headerAt(oldest))));
        }
        if (oldest != start) {
            pages.overwritePosition(oldest);
        }
    }

    /** Publishes a reserved record. Flag bits other than the two wake-up bits are ignored. */
    public void submit(long payload, long flags) {
        commit(payload, flags, 0);
    }

    /** Gives a reserved record up: the consumer skips it. */
    public void discard(long payload, long flags) {
        commit(payload, flags, RingLayout.DISCARD);
    }

    private void commit(long payload, long flags, int mark) {
        long offset = payload - block - RingLayout.PAGE - RingLayout.HEADER_BYTES;
        int word = pages.plainHeader(offset) & ~RingLayout.BUSY | mark;
        pages.exchangeHeader(offset, word);
        if (doorbell.hasAudience()) {
            notify(flags, offset);
        }
    }

    private void notify(long flags, long offset) {
        if ((flags & RingBuffer.FORCE_WAKEUP) != 0
                || (flags & RingBuffer.NO_WAKEUP) == 0 && pages.headerAt(pages.consumerPosition()) == offset) {
            doorbell.ring();
        }
    }

    /** {@code bpf_ringbuf_output}: 0, -EINVAL for unknown flags, -EAGAIN when there is no room. */
    public long output(long from, long length, long flags) {
        long payload = beginOutput(length, flags);
        if (payload < 0) {
            return payload;
        }
        SlabAccess.copy(memory, from, payload, length);
        submit(payload, flags);
        return 0;
    }

    /** The first part of {@link #output}: the address to copy to and to submit, or what output returns. */
    public long beginOutput(long length, long flags) {
        if ((flags & ~(RingBuffer.NO_WAKEUP | RingBuffer.FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        long payload = reserve(length);
        return payload == 0 ? -Errno.EAGAIN : payload;
    }

    /** {@code bpf_ringbuf_query}; 0 for an unknown selector. */
    public long query(long what) {
        if (what == RingBuffer.AVAIL_DATA) {
            return available();
        }
        if (what == RingBuffer.RING_SIZE) {
            return pages.size();
        }
        if (what == RingBuffer.CONSUMER_POSITION) {
            return pages.consumerPosition();
        }
        if (what == RingBuffer.PRODUCER_POSITION) {
            return pages.producerPosition();
        }
        return what == RingBuffer.OVERWRITE_POSITION ? pages.overwritePosition() : 0;
    }

    /** Bytes from the first record that can still be read to the producers' position. */
    long available() {
        long consumer = pages.consumerPosition();
        if (!overwrite) {
            return pages.producerPosition() - consumer;
        }
        long oldest = pages.overwritePosition();
        long producer = pages.producerPosition();
        return Math.min(producer - consumer, producer - oldest);
    }
}
