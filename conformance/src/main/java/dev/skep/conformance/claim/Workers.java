package dev.skep.conformance.claim;

/** Threads with deep stacks whose single jobs are interrupted when they take too long. */
public final class Workers {
    private static final long TIMEOUT_NANOS = 30_000_000_000L;
    private static final long STACK_BYTES = 64L << 20;

    private Workers() {}

    /** What a thread does. */
    public interface Work {
        void run(Watch watch);
    }

    /** Runs {@code work} on each of so many threads, and waits for all. */
    public static void run(int threads, Work work) throws InterruptedException {
        Watch[] watches = new Watch[threads];
        for (int i = 0; i < threads; i++) {
            watches[i] = new Watch(work);
            watches[i].start();
        }
        for (Watch w : watches) {
            while (w.isAlive()) {
                w.join(500);
                for (Watch each : watches) {
                    each.interruptIfStuck();
                }
            }
            if (w.failure != null) {
                throw new IllegalStateException(w.failure);
            }
        }
    }

    /** One of the threads. */
    public static final class Watch extends Thread {
        private final Work work;
        private volatile long since = Long.MAX_VALUE;
        private volatile Throwable failure;

        private Watch(Work work) {
            super(null, null, "claims", STACK_BYTES);
            this.work = work;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                work.run(this);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }

        /** Does one job; it is interrupted after half a minute. True when it was not. */
        public boolean guard(Runnable job) {
            since = System.nanoTime();
            job.run();
            since = Long.MAX_VALUE;
            return !Thread.interrupted();
        }

        private void interruptIfStuck() {
            long began = since;
            if (began != Long.MAX_VALUE && System.nanoTime() - began > TIMEOUT_NANOS) {
                interrupt();
            }
        }
    }
}
