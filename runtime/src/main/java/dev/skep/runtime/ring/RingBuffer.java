package dev.skep.runtime.ring;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * BPF_MAP_TYPE_RINGBUF: many producers, one consumer, records in the order of their reservation.
 *
 * <ol>
 *   <li>A producer reserves under a lock: the record is marked busy, then the producer position moves past it.
 *   <li>It writes the payload, and commits with one atomic exchange of the header; commits need no lock and no order.
 *   <li>The consumer takes records until it meets a busy one, and moves its position after each.
 * </ol>
 *
 * A ring never fills: at most size - 8 bytes are in use. The consumer's position is data from outside: a forged one makes
 * reservations fail and nothing worse, and no record that is busy is ever overwritten.
 *
 * <p><em>Source</em>: Linux 6.18 Documentation/bpf/ringbuf.rst; results observed on 6.18.
 */
public final class RingBuffer {
    /** Never wake the consumer. */
    public static final long NO_WAKEUP = 1;
    /** Always wake the consumer. */
    public static final long FORCE_WAKEUP = 2;

    /** {@link #query}: bytes between the positions, headers and busy records included. */
    public static final long AVAIL_DATA = 0;
    /** {@link #query}: bytes of the data area. */
    public static final long RING_SIZE = 1;
    /** {@link #query}: the consumer's position. */
    public static final long CONSUMER_POSITION = 2;
    /** {@link #query}: the producers' position. */
    public static final long PRODUCER_POSITION = 3;

    private static final long MAX_RECORD = 0xffff_ffffL / 4;

    private final MemorySegment memory;
    private final long block;
    private final long data;
    private final long size;
    private final Doorbell doorbell = new Doorbell();
    private final ReentrantLock consuming = new ReentrantLock();
    private final RingRecord record;

    /**
     * A ring in a zeroed block of whole pages.
     *
     * @param block start of {@link RingLayout#blockBytes} bytes
     * @param size data bytes, a power of two and whole pages
     */
    public RingBuffer(Slab slab, long block, long size) {
        this.memory = slab.memory();
        this.block = block;
        this.data = block + RingLayout.DATA;
        this.size = size;
        this.record = new RingRecord(memory);
        RingLayout.mirror(slab, block, size);
    }

    /** Address of the block. */
    public long block() {
        return block;
    }

    /** Bytes of the data area. */
    public long size() {
        return size;
    }

    public long consumerPosition() {
        return SlabAccess.loadAcquire64(memory, block + RingLayout.CONSUMER);
    }

    public long producerPosition() {
        return SlabAccess.loadAcquire64(memory, block + RingLayout.PRODUCER);
    }

    /** Moves the consumer's position: what a host that reads the pages itself does. */
    public void consumerPosition(long position) {
        SlabAccess.storeRelease64(memory, block + RingLayout.CONSUMER, position);
    }

    /** Bytes between the positions; not 0 is what {@code poll(2)} reports as readable. */
    public long available() {
        long consumer = consumerPosition();
        return producerPosition() - consumer;
    }

    /** Number of wake-ups so far. */
    public long wakeups() {
        return doorbell.count();
    }

    /** {@code bpf_ringbuf_query}; 0 for an unknown selector. */
    public long query(long what) {
        return switch ((int) what) {
            case 0 -> what == AVAIL_DATA ? available() : 0;
            case 1 -> what == RING_SIZE ? size : 0;
            case 2 -> what == CONSUMER_POSITION ? consumerPosition() : 0;
            case 3 -> what == PRODUCER_POSITION ? producerPosition() : 0;
            default -> 0;
        };
    }

    /** Reserves a record; the address of its payload, or 0 when there is no room. The payload is not cleared. */
    public long reserve(long length) {
        if (Long.compareUnsigned(length, MAX_RECORD) > 0) {
            return 0;
        }
        long stride = RingLayout.stride(length);
        if (stride > size) {
            return 0;
        }
        long consumer = consumerPosition();
        lock();
        try {
            long producer = SlabAccess.load64(memory, block + RingLayout.PRODUCER);
            long pending = advancePending(producer);
            long next = producer + stride;
            if (Long.compareUnsigned(next - consumer, size - 1) > 0
                    || Long.compareUnsigned(next - pending, size - 1) > 0) {
                return 0;
            }
            long header = data + (producer & size - 1);
            SlabAccess.store32(memory, header + 4, header - block >>> 12);
            SlabAccess.storeRelease32(memory, header, length | RingLayout.BUSY);
            SlabAccess.storeRelease64(memory, block + RingLayout.PRODUCER, next);
            return header + RingLayout.HEADER_BYTES;
        } finally {
            SlabAccess.storeRelease32(memory, block + RingLayout.LOCK, 0);
        }
    }

    private void lock() {
        int spins = 0;
        while (SlabAccess.compareExchange32(memory, block + RingLayout.LOCK, 0, 1) != 0) {
            if (++spins < 100) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Moves the pending position over committed records, up to the first busy one. */
    private long advancePending(long producer) {
        long pending = SlabAccess.load64(memory, block + RingLayout.PENDING);
        long start = pending;
        while (Long.compareUnsigned(pending, producer) < 0) {
            int header = (int) SlabAccess.loadAcquire32(memory, data + (pending & size - 1));
            if ((header & RingLayout.BUSY) != 0) {
                break;
            }
            pending += RingLayout.stride(RingLayout.length(header));
        }
        if (pending != start) {
            SlabAccess.store64(memory, block + RingLayout.PENDING, pending);
        }
        return pending;
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
        long header = payload - RingLayout.HEADER_BYTES;
        int word = (int) SlabAccess.load32(memory, header) & ~RingLayout.BUSY | mark;
        SlabAccess.exchange32(memory, header, word);
        if ((flags & FORCE_WAKEUP) != 0
                || (flags & NO_WAKEUP) == 0 && (consumerPosition() & size - 1) == header - data) {
            doorbell.ring();
        }
    }

    /** {@code bpf_ringbuf_output}: 0, -EINVAL for unknown flags, -EAGAIN when there is no room. */
    public long output(long from, long length, long flags) {
        if ((flags & ~(NO_WAKEUP | FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        long payload = reserve(length);
        if (payload == 0) {
            return -Errno.EAGAIN;
        }
        SlabAccess.copy(memory, from, payload, length);
        commit(payload, flags, 0);
        return 0;
    }

    /** The host as a producer: false when there is no room. */
    public boolean offer(byte[] bytes) {
        long payload = reserve(bytes.length);
        if (payload == 0) {
            return false;
        }
        SlabAccess.put(memory, payload, bytes, 0, bytes.length);
        commit(payload, 0, 0);
        return true;
    }

    /** Length of a reserved record. */
    public static long lengthOf(MemorySegment memory, long payload) {
        return RingLayout.length((int) SlabAccess.load32(memory, payload - RingLayout.HEADER_BYTES));
    }

    /** Takes all records that are committed. See {@link #consume(int, RecordHandler)}. */
    public int consume(RecordHandler handler) {
        return consume(Integer.MAX_VALUE, handler);
    }

    /**
     * Takes committed records, at most {@code limit}, but at least one if there is one.
     *
     * @return the number of records given to the handler, discarded ones excluded; or the negative number that the handler
     *     returned, whose record is consumed all the same
     */
    public int consume(int limit, RecordHandler handler) {
        consuming.lock();
        try {
            return consumeLocked(limit, handler);
        } finally {
            consuming.unlock();
        }
    }

    private int consumeLocked(int limit, RecordHandler handler) {
        int taken = 0;
        long consumer = consumerPosition();
        boolean progress = true;
        while (progress) {
            progress = false;
            long producer = producerPosition();
            while (consumer < producer) {
                long at = data + (consumer & size - 1);
                int header = (int) SlabAccess.loadAcquire32(memory, at);
                if ((header & RingLayout.BUSY) != 0) {
                    return taken;
                }
                progress = true;
                int length = (int) RingLayout.length(header);
                consumer += RingLayout.stride(length);
                int result = (header & RingLayout.DISCARD) != 0 ? 0 : deliver(handler, at, length);
                consumerPosition(consumer);
                if (result < 0) {
                    return result;
                }
                if ((header & RingLayout.DISCARD) == 0 && ++taken >= limit) {
                    return taken;
                }
            }
        }
        return taken;
    }

    private int deliver(RecordHandler handler, long at, int length) {
        record.address = at + RingLayout.HEADER_BYTES;
        record.size = length;
        return handler.handle(record);
    }

    /** Calls {@code listener} at each wake-up, on the producer's thread; for pollers of several rings. It must be short. */
    public void addWakeupListener(Runnable listener) {
        doorbell.listen(listener);
    }

    public void removeWakeupListener(Runnable listener) {
        doorbell.silence(listener);
    }

    /** Waits until there is something between the positions, or a wake-up; false when the time is over. */
    public boolean awaitRecord(Duration timeout) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        long seen = doorbell.count();
        return available() != 0 || doorbell.await(seen, deadline);
    }

    /**
     * Takes what is there; if that is nothing, waits for a wake-up and takes what is there then.
     *
     * @return as {@link #consume(RecordHandler)}; 0 when the time is over
     */
    public int poll(Duration timeout, RecordHandler handler) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        while (true) {
            long seen = doorbell.count();
            int taken = consume(handler);
            if (taken != 0 || !doorbell.await(seen, deadline)) {
                return taken;
            }
        }
    }
}
