package dev.skep;

import dev.skep.linux.LinuxRingPages;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Waiting for rings of the kernel, up to a deadline: in slices, so that an interrupt or a closed ring ends it. */
final class KernelWait {
    private static final long SLICE_MILLIS = 50;

    private final long start = System.nanoTime();
    private final long nanos;
    private final BooleanSupplier closed;

    KernelWait(Duration timeout, BooleanSupplier closed) {
        this.nanos = saturated(timeout);
        this.closed = closed;
    }

    private static long saturated(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException _) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    long leftNanos() {
        return nanos - (System.nanoTime() - start);
    }

    /** Waits for a slice at most; false when the time is over. */
    boolean more(LinuxRingPages ring) throws InterruptedException {
        return more(List.of(ring));
    }

    /** Waits until one of these is ready, for a slice at most; false when the time is over. */
    boolean more(List<LinuxRingPages> rings) throws InterruptedException {
        long left = leftNanos();
        if (left <= 0) {
            return false;
        }
        if (closed.getAsBoolean()) {
            throw new IllegalStateException("ring must be open");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (LinuxRingPages.await(rings, Math.clamp(left / 1_000_000, 1, SLICE_MILLIS))) {
            Thread.yield();
        }
        return true;
    }
}
