package dev.skep.runtime.ring;

import java.util.concurrent.atomic.AtomicLong;

/** Wakes the threads that wait at one side of a ring. Ringing costs one counter when nobody waits. */
final class Doorbell {
    private final AtomicLong rings = new AtomicLong();
    private final java.util.concurrent.CopyOnWriteArrayList<Runnable> listeners = new java.util.concurrent.CopyOnWriteArrayList<>();
    private volatile int waiters;

    /** Calls {@code listener} at each ring from now on, on the ringing thread. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void silence(Runnable listener) {
        listeners.remove(listener);
    }

    void ring() {
        rings.incrementAndGet();
        if (waiters > 0) {
            synchronized (this) {
                notifyAll();
            }
        }
        if (!listeners.isEmpty()) {
            listeners.forEach(Runnable::run);
        }
    }

    /** How often it rang. */
    long count() {
        return rings.get();
    }

    /** Waits until it has rung since {@code seen}, or the time is over; tells which. */
    boolean await(long seen, long deadlineNanos) throws InterruptedException {
        synchronized (this) {
            waiters++;
            try {
                while (rings.get() == seen) {
                    long left = deadlineNanos - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                }
                return true;
            } finally {
                waiters--;
            }
        }
    }

    /** A deadline that far ahead, without overflow. */
    static long deadline(java.time.Duration timeout) {
        long nanos;
        try {
            nanos = timeout.toNanos();
        } catch (ArithmeticException _) {
            nanos = Long.MAX_VALUE;
        }
        return System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
    }
}
