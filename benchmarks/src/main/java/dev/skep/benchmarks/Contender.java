package dev.skep.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Something that runs one benchmark's program. Times are of the processor, not of the clock: other processes do not
 * count.
 */
interface Contender extends AutoCloseable {
    /** Runs the program so often; returns the nanoseconds that one run took. */
    double time(int times) throws Exception;

    /** Nanoseconds of processor time that a run of so many took, each. */
    static double perRun(int times, Runnable runs) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        runs.run();
        return (double) (threads.getCurrentThreadCpuTime() - start) / times;
    }

    /** R0 of one run, to compare contenders. */
    long once() throws Exception;

    /** Makes room between two batches, outside of the time measured. */
    default void drain() {}

    @Override
    void close();
}
