package dev.skep.runtime.ring;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * BPF_MAP_TYPE_USER_RINGBUF: the host writes samples, programs drain them.
 *
 * <p>The host owns the producer position, the headers and the payloads, and may write anything there at any time. So
 * {@link #drain} checks each header from one read of it, in the kernel's order, and never trusts a length it has not checked.
 * Unlike a {@link RingBuffer}, the ring can be full to the last byte. Reserving takes a lock; a sample is submitted by its own thread.
 *
 * <p><em>Source</em>: uapi/linux/bpf.h; results observed on 6.18.
 */
public final class UserRingBuffer {
    /** The most samples that one drain takes. */
    public static final int MAX_SAMPLES = 128 * 1024;

    private static final long MAX_SAMPLE = (1L << 24) - 1;

    /** Receives the samples of a drain. */
    @FunctionalInterface
    public interface SampleHandler {
        /** Takes one sample; anything but 0 stops the drain. */
        long handle(long address, long size);
    }

    private final MemorySegment memory;
    private final long block;
    private final long data;
    private final long size;
    private final Doorbell doorbell = new Doorbell();
    private final ReentrantLock producing = new ReentrantLock();

    /** A ring in a zeroed block of {@link RingLayout#blockBytes} bytes. */
    public UserRingBuffer(Slab slab, long block, long size) {
        this.memory = slab.memory();
        this.block = block;
        this.data = block + RingLayout.DATA;
        this.size = size;
        RingLayout.mirror(slab, block, size);
    }

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

    /** Moves the producer's position: what a host that writes the pages itself does. */
    public void producerPosition(long position) {
        SlabAccess.storeRelease64(memory, block + RingLayout.PRODUCER, position);
    }

    /** Address of the data area. */
    public long data() {
        return data;
    }

    /** Number of times that a drain has woken producers. */
    public long wakeups() {
        return doorbell.count();
    }

    /** True unless the ring is full: what {@code poll(2)} reports as writable. */
    public boolean isWritable() {
        return producerPosition() - consumerPosition() < size;
    }

    /** A sample that is being written; closed without {@link #submit} it is discarded. */
    public final class Sample implements AutoCloseable {
        private final long address;
        private final int length;
        private boolean done;

        private Sample(long address, int length) {
            this.address = address;
            this.length = length;
        }

        /** Program address of the payload. */
        public long address() {
            return address;
        }

        public int size() {
            return length;
        }

        /** The payload, not cleared. */
        public MemorySegment segment() {
            return SlabAccess.slice(memory, address, length);
        }

        /** Hands the sample to the programs. Wakes nobody: a program must be run to drain it. */
        public void submit() {
            commit(0);
        }

        /** Gives the sample up: drains skip it. */
        public void discard() {
            commit(RingLayout.DISCARD);
        }

        private void commit(int mark) {
            if (done) {
                throw new IllegalStateException("sample must be submitted or discarded once");
            }
            done = true;
            SlabAccess.exchange32(memory, address - RingLayout.HEADER_BYTES, length | mark);
        }

        @Override
        public void close() {
            if (!done) {
                discard();
            }
        }
    }

    /**
     * Reserves a sample.
     *
     * @return null when there is no room now
     * @throws IllegalArgumentException when it could never fit
     */
    public Sample reserve(int length) {
        if (length < 0 || (length & RingLayout.DISCARD) != 0 || RingLayout.stride(length) > size) {
            throw new IllegalArgumentException("sample must fit the ring: size=" + length + " ring=" + size);
        }
        long stride = RingLayout.stride(length);
        producing.lock();
        try {
            long consumer = consumerPosition();
            long producer = producerPosition();
            if (Long.compareUnsigned(stride, size - (producer - consumer)) > 0) {
                return null;
            }
            long header = data + (producer & size - 1);
            SlabAccess.store32(memory, header + 4, 0);
            SlabAccess.storeRelease32(memory, header, length | RingLayout.BUSY);
            producerPosition(producer + stride);
            return new Sample(header + RingLayout.HEADER_BYTES, length);
        } finally {
            producing.unlock();
        }
    }

    /** Reserves a sample, waiting for a drain to make room; null when the time is over. */
    public Sample reserve(int length, Duration timeout) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        while (true) {
            long seen = doorbell.count();
            Sample sample = reserve(length);
            if (sample != null || !doorbell.await(seen, deadline)) {
                return sample != null ? sample : reserve(length);
            }
        }
    }

    /** Copies one sample into the ring; false when there is no room now. */
    public boolean offer(byte[] bytes) {
        Sample sample = reserve(bytes.length);
        if (sample == null) {
            return false;
        }
        SlabAccess.put(memory, sample.address, bytes, 0, bytes.length);
        sample.submit();
        return true;
    }

    /** What stopped {@link #peek}: nothing to take now. */
    private static final long STOP = -Errno.ENODATA;
    private static final long SKIP = -Errno.EAGAIN;

    /**
     * {@code bpf_user_ringbuf_drain}: gives waiting samples to the handler, at most {@link #MAX_SAMPLES}, discarded ones counted.
     *
     * @return samples handled; -EINVAL for unknown flags or a broken ring, -E2BIG for a sample too long, -EBUSY while another
     *     drain runs
     */
    public long drain(long flags, SampleHandler handler) {
        if ((flags & ~(RingBuffer.NO_WAKEUP | RingBuffer.FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        if (SlabAccess.compareExchange32(memory, block + RingLayout.DRAINING, 0, 1) != 0) {
            return -Errno.EBUSY;
        }
        long start = consumerPosition();
        try {
            return drainLocked(handler);
        } finally {
            boolean moved = consumerPosition() != start;
            SlabAccess.storeRelease32(memory, block + RingLayout.DRAINING, 0);
            if ((flags & RingBuffer.FORCE_WAKEUP) != 0 || (flags & RingBuffer.NO_WAKEUP) == 0 && moved) {
                doorbell.ring();
            }
        }
    }

    private long drainLocked(SampleHandler handler) {
        long taken = 0;
        for (int round = 0; round < MAX_SAMPLES; round++) {
            long consumer = consumerPosition();
            long length = peek(consumer);
            if (length == STOP) {
                break;
            }
            if (length < 0 && length != SKIP) {
                return length;
            }
            if (length == SKIP) {
                int header = (int) skipped;
                advance(consumer, RingLayout.length(header));
                continue;
            }
            long result = handler.handle(data + (consumer & size - 1) + RingLayout.HEADER_BYTES, length);
            advance(consumer, length);
            taken++;
            if (result != 0) {
                break;
            }
        }
        return taken;
    }

    /** Header of the discarded sample that {@link #peek} met; guarded by the drain flag. */
    private long skipped;

    private void advance(long consumer, long length) {
        SlabAccess.storeRelease64(memory, block + RingLayout.CONSUMER, consumer + RingLayout.stride(length));
    }

    private long peek(long consumer) {
        long producer = producerPosition();
        if ((producer & 7) != 0) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(consumer, producer) >= 0) {
            return STOP;
        }
        int header = (int) SlabAccess.loadAcquire32(memory, data + (consumer & size - 1));
        long length = RingLayout.length(header);
        long stride = RingLayout.stride(length);
        if (Long.compareUnsigned(stride, producer - consumer) > 0) {
            return -Errno.EINVAL;
        }
        if (stride > size || length > MAX_SAMPLE) {
            return -Errno.E2BIG;
        }
        if ((header & RingLayout.DISCARD) != 0) {
            skipped = header;
            return SKIP;
        }
        return (header & RingLayout.BUSY) != 0 ? STOP : length;
    }
}
