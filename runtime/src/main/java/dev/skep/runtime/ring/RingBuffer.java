package dev.skep.runtime.ring;

import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * BPF_MAP_TYPE_RINGBUF: many producers, one consumer, records in the order of their reservation.
 *
 * <ol>
 *   <li>A producer reserves under a lock: the record is marked busy, then the producer position moves past it.
 *   <li>It writes the payload, and commits with one atomic exchange of the header; commits need no lock and no order.
 *   <li>The consumer takes records until it meets a busy one.
 * </ol>
 *
 * A ring never fills: at most size - 8 bytes are in use. The consumer's position is data from outside: a forged one
 * makes reservations fail and nothing worse, and no record that is busy is ever overwritten. With Linux 6.19's
 * overwrite mode, new records take the place of the oldest instead, consumed or not.
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
    /** {@link #query}: the position of the oldest record that is not overwritten; 0 on rings that do not overwrite. */
    public static final long OVERWRITE_POSITION = 4;

    private final MemorySegment memory;
    private final long block;
    private final RingPages pages;
    private final Doorbell doorbell = new Doorbell();
    private final RingProducer producer;
    private final RingConsumer consumer;
    private volatile boolean closed;

    /**
     * A ring in a zeroed block of whole pages.
     *
     * @param block start of {@link RingLayout#blockBytes} bytes
     * @param size data bytes, a power of two and whole pages
     */
    public RingBuffer(Slab slab, long block, long size) {
        this(slab, block, size, false);
    }

    /** The same; {@code overwrite}: BPF_F_RB_OVERWRITE. */
    public RingBuffer(Slab slab, long block, long size, boolean overwrite) {
        this.memory = slab.memory();
        this.block = block;
        this.pages = RingLayout.pages(slab, block, size);
        Reservations state = new Reservations();
        this.producer = RingProducer.of(memory, pages, block, overwrite, state, doorbell);
        this.consumer = new RingConsumer(pages, block + RingLayout.PAGE, overwrite, state, true);
    }

    /** The programs' side, for helpers and generated code. */
    public RingProducer producer() {
        return producer;
    }

    /** Address of the block. */
    public long block() {
        return block;
    }

    /** Bytes of the data area. */
    public long size() {
        return pages.size();
    }

    public long consumerPosition() {
        return pages.consumerPosition();
    }

    public long producerPosition() {
        return pages.producerPosition();
    }

    /** Position of the oldest record that is not overwritten. */
    public long overwritePosition() {
        return pages.overwritePosition();
    }

    /** Moves the consumer's position: what a host that reads the pages itself does. */
    public void consumerPosition(long position) {
        pages.consumerPosition(position);
        producer.forget();
    }

    /** Bytes between the positions; not 0 is what {@code poll(2)} reports as readable. */
    public long available() {
        return producer.available();
    }

    /** On a ring that overwrites: bytes that were overwritten before the consumer came to them. */
    public long lostBytes() {
        return consumer.lostBytes();
    }

    /** Number of wake-ups so far; those that nobody waits or listens for do not count. */
    public long wakeups() {
        return doorbell.count();
    }

    /** {@code bpf_ringbuf_query}; 0 for an unknown selector. */
    public long query(long what) {
        return producer.query(what);
    }

    /** Reserves a record; the address of its payload, or 0 when there is no room. The payload is not cleared. */
    public long reserve(long length) {
        return producer.reserve(length);
    }

    /** Publishes a reserved record. Flag bits other than the two wake-up bits are ignored. */
    public void submit(long payload, long flags) {
        producer.submit(payload, flags);
    }

    /** Gives a reserved record up: the consumer skips it. */
    public void discard(long payload, long flags) {
        producer.discard(payload, flags);
    }

    /** {@code bpf_ringbuf_output}: 0, -EINVAL for unknown flags, -EAGAIN when there is no room. */
    public long output(long from, long length, long flags) {
        return producer.output(from, length, flags);
    }

    /** The host as a producer: false when there is no room. */
    public boolean offer(byte[] bytes) {
        if (closed) {
            throw new IllegalStateException("ring must be open");
        }
        long payload = reserve(bytes.length);
        if (payload == 0) {
            return false;
        }
        SlabAccess.put(memory, payload, bytes, 0, bytes.length);
        submit(payload, 0);
        return true;
    }

    /** Length of a reserved record. */
    public static long lengthOf(MemorySegment memory, long payload) {
        return RingLayout.length((int) SlabAccess.load32(memory, payload - RingLayout.HEADER_BYTES));
    }

    /** Takes all records that are committed. See {@link #consume(int, RecordHandler)}. */
    public int consume(RecordHandler handler) {
        return consumer.consume(Integer.MAX_VALUE, handler);
    }

    /** See {@link RingConsumer#consume}. */
    public int consume(int limit, RecordHandler handler) {
        return consumer.consume(limit, handler);
    }

    /**
     * Calls {@code listener} at each wake-up, on the producer's thread; for pollers of several rings. It must be short.
     */
    public void addWakeupListener(Runnable listener) {
        doorbell.listen(listener);
    }

    public void removeWakeupListener(Runnable listener) {
        doorbell.silence(listener);
    }

    /** Waits until there is something between the positions, or a wake-up; false when the time is over. */
    public boolean awaitRecord(Duration timeout) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        long seen = doorbell.enter();
        try {
            return available() != 0 || doorbell.await(seen, deadline);
        } finally {
            doorbell.leave();
        }
    }

    /**
     * Takes what is there; if that is nothing, waits for a wake-up and takes what is there then.
     *
     * @return as {@link #consume(RecordHandler)}; 0 when the time is over
     * @throws IllegalStateException when the ring is closed, now or meanwhile
     */
    public int poll(Duration timeout, RecordHandler handler) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        int taken = consume(handler);
        if (taken != 0 || timeout.isZero()) {
            return taken;
        }
        long seen = doorbell.enter();
        try {
            while (true) {
                long before = pages.consumerPosition();
                taken = consume(handler);
                if (taken != 0) {
                    return taken;
                }
                // a position that moved is seen by producers only from now on: look again before waiting
                if (pages.consumerPosition() == before && !doorbell.await(seen, deadline)) {
                    return 0;
                }
                seen = doorbell.signals();
                VarHandle.fullFence();
            }
        } finally {
            doorbell.leave();
        }
    }

    /** Ends waiting consumers and refuses new ones; called before the block is freed. */
    public void close() {
        consumer.close();
        closed = true;
        doorbell.close();
    }
}
