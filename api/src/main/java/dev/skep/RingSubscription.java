package dev.skep;

import java.time.Duration;
import java.util.concurrent.Flow;

/** One subscriber of a ring: a virtual thread that takes a record only when one was asked for, so that none is lost. */
final class RingSubscription implements Flow.Subscription, Runnable {
    private static final Duration IDLE = Duration.ofMillis(100);

    private final RingBuffer ring;
    private final Flow.Subscriber<? super byte[]> subscriber;
    private long demand;
    private boolean started;
    private volatile boolean cancelled;

    RingSubscription(RingBuffer ring, Flow.Subscriber<? super byte[]> subscriber) {
        this.ring = ring;
        this.subscriber = subscriber;
    }

    @Override
    public synchronized void request(long n) {
        if (n <= 0) {
            cancelled = true;
            subscriber.onError(new IllegalArgumentException("demand must be > 0: n=" + n));
            return;
        }
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        if (!started) {
            started = true;
            Thread.ofVirtual().name("skep-ring").start(this);
        }
        notifyAll();
    }

    @Override
    public synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    private synchronized boolean awaitDemand() throws InterruptedException {
        while (demand == 0 && !cancelled) {
            wait();
        }
        return !cancelled;
    }

    @Override
    public void run() {
        try {
            while (awaitDemand()) {
                int taken = ring.consume(1, record -> {
                    subscriber.onNext(record.toByteArray());
                });
                if (taken > 0) {
                    synchronized (this) {
                        demand -= demand == Long.MAX_VALUE ? 0 : taken;
                    }
                } else {
                    ring.awaitRecord(IDLE);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            subscriber.onError(e);
        }
    }
}
