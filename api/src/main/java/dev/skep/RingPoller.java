package dev.skep;

import dev.skep.linux.LinuxRingPages;
import dev.skep.runtime.ring.RingRecord;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/**
 * Several rings polled as one, as libbpf's ring_buffer manager does: each call takes what all of them have. The rings
 * all live in Skep, or all in the running kernel.
 *
 * <p><em>Errors</em>: for one thread at a time; a call while another is under way throws {@link IllegalStateException},
 * as does a call after {@link #close}.
 */
public final class RingPoller implements AutoCloseable {
    private final List<RingBuffer> rings;
    private final List<MachineRing> machineRings = new ArrayList<>();
    private final List<LinuxRingPages> kernelRings = new ArrayList<>();
    private final Runnable listener = this::wake;
    private final AtomicReference<Thread> user = new AtomicReference<>();
    private long wakeups;
    private volatile boolean closed;

    private RingPoller(List<RingBuffer> rings) {
        this.rings = rings;
        for (RingBuffer ring : rings) {
            switch (ring) {
                case MachineRing r -> machineRings.add(r);
                case KernelRing r -> kernelRings.add(r.kernel());
            }
        }
        if (!machineRings.isEmpty() && !kernelRings.isEmpty()) {
            throw new IllegalArgumentException("rings must live all in Skep or all in the kernel: rings="
                    + rings.stream().map(RingBuffer::name).toList());
        }
        machineRings.forEach(r -> r.raw().addWakeupListener(listener));
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

    private void enter() {
        if (closed) {
            throw new IllegalStateException("poller must be open");
        }
        Thread now = user.compareAndExchange(null, Thread.currentThread());
        if (now != null) {
            throw new IllegalStateException("poller must be used by one thread at a time: other=" + now.getName());
        }
    }

    /** Takes all records that are there now, ring after ring; returns how many. */
    public int consume(BiConsumer<RingBuffer, RingRecord> handler) {
        enter();
        try {
            return take(handler);
        } finally {
            user.set(null);
        }
    }

    private int take(BiConsumer<RingBuffer, RingRecord> handler) {
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
        enter();
        try {
            KernelWait wait = new KernelWait(timeout, () -> closed);
            while (true) {
                long before = seen();
                long position = positions();
                VarHandle.fullFence();
                int taken = take(handler);
                if (taken != 0) {
                    return taken;
                }
                // positions that moved over discarded records are seen by producers only from now on: look again before
                // waiting
                boolean settled = positions() == position;
                if (settled && !(kernelRings.isEmpty() ? awaitWakeup(before, wait) : wait.more(kernelRings))) {
                    return 0;
                }
            }
        } finally {
            user.set(null);
        }
    }

    private long positions() {
        long sum = 0;
        for (RingBuffer ring : rings) {
            sum += ring.consumerPosition();
        }
        return sum;
    }

    private synchronized boolean awaitWakeup(long before, KernelWait wait) throws InterruptedException {
        while (wakeups == before) {
            long left = wait.leftNanos();
            if (left <= 0) {
                return false;
            }
            if (closed) {
                throw new IllegalStateException("poller must be open");
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        machineRings.forEach(r -> r.raw().removeWakeupListener(listener));
        wake();
    }
}
