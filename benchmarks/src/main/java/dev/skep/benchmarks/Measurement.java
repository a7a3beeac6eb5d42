package dev.skep.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The times of one contender on one benchmark: batches of a size that takes {@link #BATCH_NANOS}, one per round. */
final class Measurement implements AutoCloseable {
    static final long BATCH_NANOS = 30_000_000;
    private static final long WARM_NANOS = 700_000_000;
    private static final long LONG_WARM_NANOS = 2_500_000_000L;
    /** Programs that start slower than this are given the longer time without progress. */
    private static final double SLOW_NANOS = 20_000;

    private final Contender contender;
    private final int maxBatch;
    private final List<Double> nanosPerRun = new ArrayList<>();
    private int batch = 1;

    Measurement(Contender contender, int maxBatch) {
        this.contender = contender;
        this.maxBatch = maxBatch;
    }

    Contender contender() {
        return contender;
    }

    /**
     * Finds the batch size. {@code compiles}: runs on until the JVM's compilers have had their time and bring nothing
     * more.
     */
    void warm(boolean compiles) throws Exception {
        long improved = System.nanoTime();
        long patience = 0;
        double best = Double.MAX_VALUE;
        batch = Math.min(maxBatch, 200);
        do {
            contender.drain();
            double perRun = Math.max(contender.time(batch), 0.5);
            batch = (int) Math.clamp((long) (BATCH_NANOS / perRun), 1, Math.min(maxBatch, 4_000_000));
            if (perRun < 0.9 * best) {
                best = perRun;
                improved = System.nanoTime();
            }
            patience = !compiles ? 0 : best > SLOW_NANOS ? LONG_WARM_NANOS : WARM_NANOS;
        } while (System.nanoTime() - improved < patience);
    }

    /** One round: as many batches as fill {@link #BATCH_NANOS}. */
    void round() throws Exception {
        double sum = 0;
        int batches = 0;
        do {
            contender.drain();
            sum += contender.time(batch);
            batches++;
        } while (batches < 12 && sum * batch < BATCH_NANOS);
        nanosPerRun.add(sum / batches);
    }

    double median() {
        List<Double> sorted = new ArrayList<>(nanosPerRun);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    @Override
    public void close() {
        contender.close();
    }
}
