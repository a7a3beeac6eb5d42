package dev.skep.benchmarks.ring;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** One thread that fills a ring and empties it, by turns: what each side costs by itself, in processor time. */
final class Turns {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int CALLS = 4 * RingContender.CAPACITY / RingContender.BATCH / 16;

    private final RingContender ring;
    private final RingContender.Producer producer;
    private double produceNanos = Double.MAX_VALUE;
    private double consumeNanos = Double.MAX_VALUE;

    Turns(RingContender ring) throws Exception {
        this.ring = ring;
        this.producer = ring.producer(0);
    }

    /** One round; the best of all rounds counts. */
    void round(long nanos) throws Exception {
        long produce = 0;
        long consume = 0;
        long records = 0;
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            long start = THREADS.getCurrentThreadCpuTime();
            int now = RingContender.BATCH;
            for (int i = 0; i < CALLS && now == RingContender.BATCH; i++) {
                now = producer.produce();
                records += now;
            }
            long middle = THREADS.getCurrentThreadCpuTime();
            ring.consume();
            ring.consume();
            consume += THREADS.getCurrentThreadCpuTime() - middle;
            produce += middle - start;
        }
        produceNanos = Math.min(produceNanos, (double) produce / records);
        consumeNanos = Math.min(consumeNanos, (double) consume / records);
    }

    double produceNanos() {
        return produceNanos;
    }

    double consumeNanos() {
        return consumeNanos;
    }
}
