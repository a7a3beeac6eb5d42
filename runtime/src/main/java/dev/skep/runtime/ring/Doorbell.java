package dev.skep.runtime.ring;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Wakes the threads that wait at one side of a ring. Ringing costs one load when nobody waits.
 *
 * <ol>
 *   <li>Who waits calls {@link #enter}, a full fence, then looks whether there is something to take, then calls {@link
 *       #await}.
 *   <li>Who rings has published its work with a full fence before. So either the ringer sees the waiter, or the waiter
 *       the work.
 * </ol>
 */
final class Doorbell {
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Threads that wait, and listeners. */
    private volatile int audience;

    private long signals;
    private boolean closed;

    /** Calls {@code listener} at each ring from now on, on the ringing thread. */
    synchronized void listen(Runnable listener) {
        listeners.add(listener);
        audience++;
    }

    synchronized void silence(Runnable listener) {
        if (listeners.remove(listener)) {
            audience--;
        }
    }

    boolean hasAudience() {
        return audience != 0;
    }

    void ring() {
        if (audience != 0) {
            synchronized (this) {
                signals++;
                notifyAll();
            }
            listeners.forEach(Runnable::run);
        }
    }

    /** How often it rang for somebody. */
    synchronized long count() {
        return signals;
    }

    /** Joins those who wait; pass what it returns to {@link #await}, and call {@link #leave} in the end. */
    long enter() {
        long seen;
        synchronized (this) {
            audience++;
            seen = signals;
        }
        VarHandle.fullFence();
        return seen;
    }

    synchronized void leave() {
        audience--;
    }

    synchronized long signals() {
        return signals;
    }

    /**
     * Waits until it has rung since {@code seen}, or the time is over; tells which.
     *
     * @throws IllegalStateException when the ring is closed meanwhile
     */
    synchronized boolean await(long seen, long deadlineNanos) throws InterruptedException {
        while (signals == seen) {
            if (closed) {
                throw new IllegalStateException("ring must be open");
            }
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    /** Ends all waiting, now and later. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** A deadline that far ahead, without overflow. */
    static long deadline(Duration timeout) {
        long nanos;
        try {
            nanos = timeout.toNanos();
        } catch (ArithmeticException _) {
            nanos = timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
        return System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
    }
}
