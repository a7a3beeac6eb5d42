package dev.skep.runtime.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What those who reserve in one ring share: their lock, and positions for whoever holds it. On the Java heap, where no
 * program can reach it, and padded, since every producer writes it.
 */
final class Reservations {
    private static final VarHandle LOCK;
    private static final VarHandle TAKEN;
    private static final int SPINS = 100;

    static {
        try {
            MethodHandles.Lookup own = MethodHandles.lookup();
            LOCK = own.findVarHandle(Reservations.class, "lock", int.class);
            TAKEN = own.findVarHandle(Taken.class, "position", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the consumer, so an object of its own. */
    private static final class Taken {
        private long p0, p1, p2, p3, p4, p5, p6, p7;
        private long position;
        private long q0, q1, q2, q3, q4, q5, q6, q7;
    }

    private long p0, p1, p2, p3, p4, p5, p6, p7;
    private int lock;
    /** End of what is reserved. */
    long producer;
    /** Before it there is no busy record. */
    long pending;
    /** The consumer's position as a producer saw it last: reading the real one costs a cache miss. */
    long consumer;

    private long q0, q1, q2, q3, q4, q5, q6, q7;
    private final Taken taken = new Taken();

    /** Takes the lock; it is held for a few instructions. */
    void lock() {
        if (!LOCK.compareAndSet(this, 0, 1)) {
            lockSlowly();
        }
    }

    private void lockSlowly() {
        int spins = 0;
        do {
            if (++spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        } while ((int) LOCK.getOpaque(this) != 0 || !LOCK.compareAndSet(this, 0, 1));
    }

    void unlock() {
        LOCK.setRelease(this, 0);
    }

    /** Where Skep's own consumer is, whom nobody can forge. */
    long taken() {
        return (long) TAKEN.getAcquire(taken);
    }

    void taken(long position) {
        TAKEN.setRelease(taken, position);
    }
}
