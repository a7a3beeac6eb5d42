package dev.skep.conformance.random;

import dev.skep.conformance.random.Finding.Kind;
import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Compares both verifiers on many random programs, batch by batch, on a few threads. Batch {@code b} of seed {@code s}
 * is always the same, whichever thread makes it. A judgement that takes too long is interrupted.
 */
final class RandomRun {
    private static final int TIMEOUT_SECONDS = 90;

    private final Batch.Source source;
    private final KernelModel kernel;
    private final Privilege privilege;
    private final boolean wholeLogs;
    private final Consumer<Finding> onDifference;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private long accepted;
    private Acceptance acceptance = (_, _) -> {};
    private volatile long deadline = Long.MAX_VALUE;

    /** Sees every program that both accept. */
    interface Acceptance {
        void accepted(ProgramSpec program, long seed);
    }

    RandomRun(
            Batch.Source source,
            KernelModel kernel,
            Privilege privilege,
            boolean wholeLogs,
            Consumer<Finding> onDifference) {
        this.source = source;
        this.kernel = kernel;
        this.privilege = privilege;
        this.wholeLogs = wholeLogs;
        this.onDifference = onDifference;
    }

    RandomRun onAccept(Acceptance what) {
        acceptance = what;
        return this;
    }

    /** No program begins after this many seconds from now. */
    RandomRun stopAfter(int seconds) {
        deadline = seconds == Integer.MAX_VALUE ? Long.MAX_VALUE : System.nanoTime() + seconds * 1_000_000_000L;
        return this;
    }

    /** Judges at least {@code count} programs, fewer only if stopped before. */
    void run(long seed, long count, int threads) throws InterruptedException {
        AtomicLong nextBatch = new AtomicLong();
        AtomicLong judged = new AtomicLong();
        Worker[] workers = new Worker[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Worker(seed, count, nextBatch, judged);
            workers[i].setDaemon(true);
            workers[i].start();
        }
        for (Worker w : workers) {
            while (w.isAlive()) {
                w.join(500);
                for (Worker other : workers) {
                    other.interruptIfStuck();
                }
            }
        }
    }

    private final class Worker extends Thread {
        private final long seed;
        private final long count;
        private final AtomicLong nextBatch;
        private final AtomicLong judged;
        private volatile long since = Long.MAX_VALUE;

        Worker(long seed, long count, AtomicLong nextBatch, AtomicLong judged) {
            super(null, null, "random", 64 << 20);
            this.seed = seed;
            this.count = count;
            this.nextBatch = nextBatch;
            this.judged = judged;
        }

        @Override
        public void run() {
            Privileges.become(privilege);
            while (judged.get() < count && System.nanoTime() < deadline) {
                long batchSeed = Rng.seed(seed, nextBatch.getAndIncrement());
                Batch batch = source.make(batchSeed);
                try (Comparer comparer = new Comparer(kernel, privilege, wholeLogs).beforeSkep(this::startClock)) {
                    int index = 0;
                    for (ProgramSpec program : batch.programs()) {
                        if (System.nanoTime() >= deadline) {
                            return;
                        }
                        Finding f = comparer.compare(program, batchSeed, index);
                        f = f.differs() ? again(program, batchSeed, index) : f;
                        index++;
                        since = Long.MAX_VALUE;
                        Thread.interrupted();
                        note(f);
                    }
                }
                judged.addAndGet(batch.programs().size());
            }
        }

        /** With maps of its own: what an earlier program of the batch did to shared ones is no difference. */
        private Finding again(ProgramSpec program, long batchSeed, int index) {
            since = Long.MAX_VALUE;
            try (Comparer alone = new Comparer(kernel, privilege, wholeLogs).beforeSkep(this::startClock)) {
                return alone.compare(program, batchSeed, index);
            }
        }

        /** Skep's time counts; the kernel cannot be stopped. */
        private void startClock() {
            Thread.interrupted();
            since = System.nanoTime();
        }

        void interruptIfStuck() {
            long began = since;
            if (began != Long.MAX_VALUE && System.nanoTime() - began > TIMEOUT_SECONDS * 1_000_000_000L) {
                interrupt();
            }
        }
    }

    private void note(Finding f) {
        synchronized (this) {
            counts.merge(f.kind(), 1L, Long::sum);
            if (f.linux().startsWith("ACCEPT")) {
                accepted++;
            }
        }
        if (f.differs()) {
            onDifference.accept(f);
        } else if (f.kind() == Kind.SAME && f.linux().equals("ACCEPT")) {
            acceptance.accepted(f.program(), f.batch() + f.index());
        }
    }

    /** Programs of a kind so far. */
    synchronized long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** Programs judged so far. */
    synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Programs that the kernel accepted. */
    synchronized long accepted() {
        return accepted;
    }

    /** True when every verdict, message and cost was the kernel's. */
    synchronized boolean clean() {
        return total() == count(Kind.SAME) + count(Kind.UNJUDGED);
    }
}
