package dev.skep.conformance.engines;

import dev.skep.kernel.KernelModel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Judges candidates on a few threads, each on a CPU of its own. */
final class EnginesRun {
    private static final long STACK_BYTES = 64L << 20;

    private final KernelModel kernel;
    private final Candidates candidates;
    private final boolean live;
    private final boolean measure;
    private final Tally tally = new Tally();

    EnginesRun(KernelModel kernel, Candidates candidates, boolean live, boolean measure) {
        this.kernel = kernel;
        this.candidates = candidates;
        this.live = live;
        this.measure = measure;
    }

    /**
     * Judges until {@code count} programs were accepted, or there are no more.
     *
     * @param progress sees each agreement
     */
    Tally run(long count, int threads, Consumer<Agreement> progress) throws InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Outside outside = Outside.list();
        Thread[] workers = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            int cpu = i % Math.max(1, Runtime.getRuntime().availableProcessors());
            workers[i] = new Thread(null, () -> work(cpu, count, next, outside, progress), "engines-" + i, STACK_BYTES);
            workers[i].setDaemon(true);
            workers[i].setUncaughtExceptionHandler((_, e) -> failure.compareAndSet(null, e));
            workers[i].start();
        }
        for (Thread w : workers) {
            w.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a comparison failed", failure.get());
        }
        return tally;
    }

    private void work(int cpu, long count, AtomicLong next, Outside outside, Consumer<Agreement> progress) {
        while (tally.accepted() < count) {
            List<Candidate> batch = candidates.batch(next.getAndIncrement());
            if (batch == null) {
                return;
            }
            try (Trial trial = new Trial(kernel, outside, cpu, live, measure)) {
                for (Candidate c : batch) {
                    if (tally.accepted() >= count) {
                        return;
                    }
                    trial.judge(c)
                            .ifPresentOrElse(
                                    a -> {
                                        tally.add(a);
                                        progress.accept(a);
                                    },
                                    tally::rejected);
                }
            }
        }
    }
}
