package dev.skep.runtime;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What lies outside the machine: clocks, random numbers, the log, who is running. Each method has a default that suits tests and replay;
 * a host overrides what it has. Methods may be called by many threads at once.
 */
public interface Host {
    /** A host with all defaults. */
    Host DEFAULT = new Host() {};

    /** A line of {@code bpf_trace_printk} or {@code bpf_trace_vprintk}, without its line end. */
    default void trace(String line) {}

    /** Nanoseconds since some start, never going back: {@code bpf_ktime_get_ns} and {@code _boot_ns}. */
    default long monotonicNanos() {
        return System.nanoTime();
    }

    /** Nanoseconds since 1970: {@code bpf_ktime_get_tai_ns} less the leap seconds. */
    default long wallNanos() {
        java.time.Instant now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** 32 random bits: {@code bpf_get_prandom_u32}. */
    default int random() {
        return ThreadLocalRandom.current().nextInt();
    }

    /** Process id in the high half, thread id in the low. */
    default long currentPidTgid() {
        return ProcessHandle.current().pid() << 32 | Thread.currentThread().threadId() & 0xffff_ffffL;
    }

    /** Group id in the high half, user id in the low. */
    default long currentUidGid() {
        return 0;
    }

    /** Name of the current task; 15 bytes are shown. */
    default String currentCommand() {
        return Thread.currentThread().getName();
    }

    /** Id of the current cgroup. */
    default long currentCgroupId() {
        return 1;
    }
}
