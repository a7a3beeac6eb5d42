package dev.skep.benchmarks.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Producers against a consumer, for a given time. Who has nothing to do spins a little, then yields; the same for all
 * contenders. Every record must arrive: counts and sums are compared.
 */
final class Race {
    private static final int SPINS = 500;

    private volatile boolean stop;
    private volatile Exception failure;
    private final AtomicLong produced = new AtomicLong();

    private Race() {}

    /** A producer's state between races. */
    record Lane(RingContender.Producer producer, AtomicLong total) {}

    /** Records consumed per second. */
    static double run(RingContender ring, List<Lane> lanes, long nanos) throws Exception {
        return new Race().race(ring, lanes, nanos);
    }

    private double race(RingContender ring, List<Lane> lanes, long nanos) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (Lane lane : lanes) {
            threads.add(Thread.ofPlatform().start(() -> produce(lane)));
        }
        long before = ring.sum();
        long start = System.nanoTime();
        long end = start;
        long taken = 0;
        int idle = 0;
        while (end - start < nanos) {
            int now = ring.consume();
            taken += now;
            idle = now > 0 ? 0 : idle(idle);
            end = System.nanoTime();
        }
        double rate = taken * 1e9 / (end - start);
        stop = true;
        for (Thread t : threads) {
            t.join();
        }
        // Agrona's call that only skips the padding at the ring's end returns 0 too
        for (int empty = 0; empty < 3; ) {
            int now = ring.consume();
            taken += now;
            empty = now > 0 ? 0 : empty + 1;
        }
        if (failure != null) {
            throw failure;
        }
        if (taken != produced.get()) {
            throw new IllegalStateException(
                    "every record must arrive: produced=" + produced.get() + " consumed=" + taken);
        }
        long sum = 0;
        for (Lane lane : lanes) {
            sum += lane.total.get() * (lane.total.get() + 1) / 2;
        }
        if (ring.sum() != sum) {
            throw new IllegalStateException(
                    "records must arrive whole: sum=" + ring.sum() + " expected=" + sum + " before=" + before);
        }
        return rate;
    }

    private void produce(Lane lane) {
        long count = 0;
        int idle = 0;
        try {
            while (!stop) {
                int now = lane.producer.produce();
                count += now;
                idle = now > 0 ? 0 : idle(idle);
            }
        } catch (Exception e) {
            failure = e;
        }
        produced.addAndGet(count);
        lane.total.addAndGet(count);
    }

    static int idle(int rounds) {
        if (rounds < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return rounds + 1;
    }
}
