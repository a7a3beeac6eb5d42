package dev.skep;

import dev.skep.runtime.ring.RingRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** Several rings polled as one, as libbpf's ring_buffer manager does: each call takes what all of them have. For one thread at a time. */
public final class RingPoller implements AutoCloseable {
    private final List<RingBuffer> rings;
    private final Runnable listener = this::wake;
    private long wakeups;

    private RingPoller(List<RingBuffer> rings) {
        this.rings = rings;
        rings.forEach(r -> r.raw().addWakeupListener(listener));
    }

    /** A poller of these rings; close it when done. */
    public static RingPoller of(RingBuffer... rings) {
        return new RingPoller(List.of(rings));
    }

    private synchronized void wake() {
        wakeups++;
        notifyAll();
    }

    private synchronized long seen() {
        return wakeups;
    }

    /** Takes all records that are there now, ring after ring; returns how many. */
    public int consume(BiConsumer<RingBuffer, RingRecord> handler) {
        int taken = 0;
        for (RingBuffer ring : rings) {
            taken += ring.consume(record -> handler.accept(ring, record));
        }
        return taken;
    }

    /**
     * Takes what is there; if nothing is, waits for a wake-up from any ring.
     *
     * @return the number of records given to the handler, 0 when the time is over
     */
    public int poll(Duration timeout, BiConsumer<RingBuffer, RingRecord> handler) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            long before = seen();
            int taken = consume(handler);
            if (taken != 0) {
                return taken;
            }
            synchronized (this) {
                while (wakeups == before) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        return 0;
                    }
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                }
            }
        }
    }

    @Override
    public void close() {
        rings.forEach(r -> r.raw().removeWakeupListener(listener));
    }
}
