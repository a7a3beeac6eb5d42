package dev.skep.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Judges tasks on a few threads. A program that takes too long is reported with the place where the judge is stuck, and its thread is
 * left behind: a hang costs one row, not the run.
 */
final class Runner {
    private final Judge judge;
    private final RunOptions options;
    private final Queue<Task> waiting;
    private final List<Comparison> done = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final Consumer<Comparison> progress;

    private Runner(Judge judge, RunOptions options, List<Task> tasks, Consumer<Comparison> progress) {
        this.judge = judge;
        this.options = options;
        this.waiting = new ArrayDeque<>(tasks);
        this.progress = progress;
    }

    /** Judges all tasks; {@code progress} sees each comparison as it comes, one at a time. */
    static List<Comparison> run(Judge judge, RunOptions options, List<Task> tasks, Consumer<Comparison> progress)
            throws InterruptedException {
        Runner r = new Runner(judge, options, tasks, progress);
        synchronized (r) {
            for (int i = 0; i < options.jobs(); i++) {
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
            if (w.task != null && System.nanoTime() - w.since > options.timeoutSeconds() * 1_000_000_000L) {
                finish(w.task.failed(new Judgement(Judgement.Outcome.TIMEOUT, where(w), "", 0, 0)));
                w.task = null;
                w.abandoned = true;
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
        private Task task;
        private long since;
        private boolean abandoned;

        Worker() {
            super(null, null, "judge", 64 << 20);
        }

        @Override
        public void run() {
            while (true) {
                synchronized (Runner.this) {
                    task = waiting.poll();
                    since = System.nanoTime();
                    if (task == null) {
                        workers.remove(this);
                        Runner.this.notifyAll();
                        return;
                    }
                }
                Comparison c = answer(task);
                synchronized (Runner.this) {
                    if (abandoned) {
                        return;
                    }
                    task = null;
                    finish(c);
                }
            }
        }

        private Comparison answer(Task t) {
            try {
                return t.run(judge, options);
            } catch (Throwable e) {
                return t.failed(Judgement.crash(e));
            }
        }
    }
}
