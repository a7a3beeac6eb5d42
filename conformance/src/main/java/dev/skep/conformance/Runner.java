package dev.skep.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Judges programs on a few threads. A program that takes too long is reported with the place where the judge is stuck,
 * and its thread is interrupted and left behind: a hang costs one row, not the run.
 */
final class Runner {
    /** What a worker does: one comparison. */
    interface Job {
        /** The comparison; null if there is nothing to compare. */
        Comparison run() throws Exception;

        /** The comparison to report when {@link #run} gave none. */
        Comparison failed(Judgement judgement);
    }

    private final Queue<Job> waiting;
    private final long timeoutNanos;
    private final List<Comparison> done = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Consumer<Comparison> progress;

    private Runner(List<? extends Job> jobs, int timeoutSeconds, Consumer<Comparison> progress) {
        this.waiting = new ArrayDeque<>(jobs);
        this.timeoutNanos = timeoutSeconds * 1_000_000_000L;
        this.progress = progress;
    }

    /** Does all jobs; {@code progress} sees each comparison as it comes, one at a time. */
    static List<Comparison> run(
            List<? extends Job> jobs, int threads, int timeoutSeconds, Consumer<Comparison> progress)
            throws InterruptedException {
        Runner r = new Runner(jobs, timeoutSeconds, progress);
        synchronized (r) {
            for (int i = 0; i < threads; i++) {
                r.startWorker();
            }
            while (!r.workers.isEmpty()) {
                r.wait(500);
                r.abandonStuck();
            }
        }
        return r.done;
    }

    private void startWorker() {
        Worker w = new Worker();
        workers.add(w);
        w.setDaemon(true);
        w.start();
    }

    private void abandonStuck() {
        for (Worker w : List.copyOf(workers)) {
            if (w.job != null && System.nanoTime() - w.since > timeoutNanos) {
                finish(w.job.failed(new Judgement(Judgement.Outcome.TIMEOUT, where(w), "", 0, 0)));
                w.job = null;
                w.abandoned = true;
                w.interrupt();
                workers.remove(w);
                startWorker();
            }
        }
    }

    private static String where(Thread t) {
        StringBuilder s = new StringBuilder("at");
        StackTraceElement[] frames = t.getStackTrace();
        for (int i = 0; i < Math.min(5, frames.length); i++) {
            s.append(' ').append(frames[i].getFileName()).append(':').append(frames[i].getLineNumber());
        }
        return s.toString();
    }

    private void finish(Comparison c) {
        if (c != null) {
            done.add(c);
            progress.accept(c);
        }
    }

    private final class Worker extends Thread {
        private Job job;
        private long since;
        private boolean abandoned;

        Worker() {
            super(null, null, "judge", 64 << 20);
        }

        @Override
        public void run() {
            while (true) {
                synchronized (Runner.this) {
                    job = waiting.poll();
                    since = System.nanoTime();
                    if (job == null) {
                        workers.remove(this);
                        Runner.this.notifyAll();
                        return;
                    }
                }
                Comparison c = answer(job);
                synchronized (Runner.this) {
                    if (abandoned) {
                        return;
                    }
                    job = null;
                    finish(c);
                }
            }
        }

        private Comparison answer(Job j) {
            try {
                return j.run();
            } catch (Throwable e) {
                return j.failed(Judgement.crash(e));
            }
        }
    }
}
