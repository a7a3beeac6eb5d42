package dev.skep.runtime.ring;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * BPF_MAP_TYPE_USER_RINGBUF: the host writes samples, programs drain them.
 *
 * <p>The host owns the producer position, the headers and the payloads, and may write anything there at any time. So
 * {@link #drain} checks each header from one read of it, in the kernel's order, and never trusts a length it has not
 * checked. Unlike a {@link RingBuffer}, the ring can be full to the last byte.
 *
 * <p><em>Source</em>: uapi/linux/bpf.h; results observed on 6.18.
 */
public final class UserRingBuffer {
    /** The most samples that one drain takes. */
    public static final int MAX_SAMPLES = 128 * 1024;

    private static final long MAX_SAMPLE = (1L << 24) - 1;
    /** What {@link #peek} answers when there is nothing to take now. */
    private static final long STOP = -Errno.ENODATA;
    /** The sample is discarded: its length plus this. */
    private static final long SKIP = 1L << 32;

    /** Receives the samples of a drain. */
    @FunctionalInterface
    public interface SampleHandler {
        /** Takes one sample; anything but 0 stops the drain. */
        long handle(long address, long size);
    }

    private final long block;
    private final long data;
    private final long size;
    private final RingPages pages;
    private final Doorbell doorbell = new Doorbell();
    private final UserRingProducer producer;
    private final AtomicBoolean draining = new AtomicBoolean();

    /** A ring in a zeroed block of {@link RingLayout#blockBytes} bytes. */
    public UserRingBuffer(Slab slab, long block, long size) {
        this.block = block;
        this.data = block + RingLayout.DATA;
        this.size = size;
        this.pages = RingLayout.pages(slab, block, size);
        this.producer = new UserRingProducer(pages, block + RingLayout.PAGE);
    }

    public long block() {
        return block;
    }

    /** Bytes of the data area. */
    public long size() {
        return size;
    }

    public long consumerPosition() {
        return pages.consumerPosition();
    }

    public long producerPosition() {
        return pages.producerPosition();
    }

    /** Moves the producer's position: what a host that writes the pages itself does. */
    public void producerPosition(long position) {
        pages.producerPosition(position);
    }

    /** Address of the data area. */
    public long data() {
        return data;
    }

    /** Calls {@code listener} whenever a drain wakes producers, on the draining thread. It must be short. */
    public void addWakeupListener(Runnable listener) {
        doorbell.listen(listener);
    }

    public void removeWakeupListener(Runnable listener) {
        doorbell.silence(listener);
    }

    /** Number of times that a drain has woken producers; those that nobody waits or listens for do not count. */
    public long wakeups() {
        return doorbell.count();
    }

    /** True unless the ring is full: what {@code poll(2)} reports as writable. */
    public boolean isWritable() {
        return producerPosition() - consumerPosition() < size;
    }

    /** See {@link UserRingProducer#reserve}. */
    public Sample reserve(int length) {
        return producer.reserve(length);
    }

    /** Reserves a sample, waiting for a drain to make room; null when the time is over. */
    public Sample reserve(int length, Duration timeout) throws InterruptedException {
        long deadline = Doorbell.deadline(timeout);
        Sample sample = producer.reserve(length);
        if (sample != null) {
            return sample;
        }
        long seen = doorbell.enter();
        try {
            while (true) {
                sample = producer.reserve(length);
                if (sample != null) {
                    return sample;
                }
                if (!doorbell.await(seen, deadline)) {
                    return producer.reserve(length);
                }
                seen = doorbell.signals();
            }
        } finally {
            doorbell.leave();
        }
    }

    /** Copies one sample into the ring; false when there is no room now. */
    public boolean offer(byte[] bytes) {
        return producer.offer(bytes);
    }

    /** The same, from any memory. */
    public boolean offer(MemorySegment bytes) {
        return producer.offer(bytes);
    }

    /**
     * {@code bpf_user_ringbuf_drain}: gives waiting samples to the handler, at most {@link #MAX_SAMPLES}, discarded
     * ones counted.
     *
     * @return samples handled; -EINVAL for unknown flags or a broken ring, -E2BIG for a sample too long, -EBUSY while
     *     another drain runs
     */
    public long drain(long flags, SampleHandler handler) {
        if ((flags & ~(RingBuffer.NO_WAKEUP | RingBuffer.FORCE_WAKEUP)) != 0) {
            return -Errno.EINVAL;
        }
        if (!draining.compareAndSet(false, true)) {
            return -Errno.EBUSY;
        }
        long start = pages.consumerPosition();
        try {
            return drainLocked(start, handler);
        } finally {
            boolean moved = pages.consumerPosition() != start;
            draining.set(false);
            if ((flags & RingBuffer.FORCE_WAKEUP) != 0 || (flags & RingBuffer.NO_WAKEUP) == 0 && moved) {
                VarHandle.fullFence();
                doorbell.ring();
            }
        }
    }

    private long drainLocked(long start, SampleHandler handler) {
        long consumer = start;
        long taken = 0;
        for (int round = 0; round < MAX_SAMPLES; round++) {
            long length = peek(consumer);
            if (length < 0) {
                return length == STOP ? taken : length;
            }
            boolean deliver = length < SKIP;
            length &= SKIP - 1;
            long result = deliver ? handler.handle(data + (consumer & size - 1) + RingLayout.HEADER_BYTES, length) : 0;
            consumer += RingLayout.stride(length);
            pages.consumerPosition(consumer);
            taken += deliver ? 1 : 0;
            if (result != 0) {
                break;
            }
        }
        return taken;
    }

    /** Length of the sample at the consumer's position, plus SKIP when it is discarded; or a negative number. */
    private long peek(long consumer) {
        long end = pages.producerPosition();
        if ((end & 7) != 0) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(consumer, end) >= 0) {
            return STOP;
        }
        int header = pages.header(pages.headerAt(consumer));
        long length = RingLayout.length(header);
        long stride = RingLayout.stride(length);
        if (Long.compareUnsigned(stride, end - consumer) > 0) {
            return -Errno.EINVAL;
        }
        if (stride > size || length > MAX_SAMPLE) {
            return -Errno.E2BIG;
        }
        if ((header & RingLayout.DISCARD) != 0) {
            return length + SKIP;
        }
        return (header & RingLayout.BUSY) != 0 ? STOP : length;
    }

    /** Ends waiting producers and refuses further samples; called before the block is freed. */
    public void close() {
        producer.close();
        doorbell.close();
    }
}
