package dev.skep.runtime.helper;

import dev.skep.runtime.RunContext;

/** Helpers that read clocks, random numbers and the CPU's number. */
public final class TimeHelpers {
    private static final long NANOS_PER_JIFFY = 4_000_000;
    private static final long TAI_OFFSET_NANOS = 37_000_000_000L;

    private TimeHelpers() {}

    static void register() {
        add(5, "bpf_ktime_get_ns", "ktime", TimeHelpers::ktime);
        add(125, "bpf_ktime_get_boot_ns", "ktime", TimeHelpers::ktime);
        add(160, "bpf_ktime_get_coarse_ns", "ktime", TimeHelpers::ktime);
        add(208, "bpf_ktime_get_tai_ns", "tai", TimeHelpers::tai);
        add(118, "bpf_jiffies64", "jiffies", TimeHelpers::jiffies);
        add(7, "bpf_get_prandom_u32", "random", TimeHelpers::random);
        add(8, "bpf_get_smp_processor_id", "cpu", TimeHelpers::cpu);
        add(42, "bpf_get_numa_node_id", "zero", TimeHelpers::zero);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, TimeHelpers.class, method, function);
    }

    public static long ktime(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().monotonicNanos();
    }

    public static long tai(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().wallNanos() + TAI_OFFSET_NANOS;
    }

    public static long jiffies(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().monotonicNanos() / NANOS_PER_JIFFY;
    }

    public static long random(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().random() & 0xffff_ffffL;
    }

    public static long cpu(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.cpu();
    }

    public static long zero(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }
}
