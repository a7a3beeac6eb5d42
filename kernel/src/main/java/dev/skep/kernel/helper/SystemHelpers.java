package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.func;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.percpu;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.stackOrNull;

/** Clocks, random numbers, CPUs, the current task, tail calls and loops: helpers for every program type. */
final class SystemHelpers {
    private SystemHelpers() {}

    static void declare(HelperTable t) {
        t.helper(5, "bpf_ktime_get_ns").since("4.1");
        t.helper(7, "bpf_get_prandom_u32").since("4.1");
        t.helper(8, "bpf_get_smp_processor_id")
                .range(0, t.cpus() - 1)
                .fastcall()
                .since("4.1");
        t.helper(12, "bpf_tail_call")
                .args(ctx(), mapPtr(), any())
                .returns(ReturnType.VOID)
                .since("4.2");
        t.helper(14, "bpf_get_current_pid_tgid").since("4.2");
        t.helper(15, "bpf_get_current_uid_gid").since("4.2");
        t.helper(16, "bpf_get_current_comm").args(out(), size()).since("4.2");
        t.helper(35, "bpf_get_current_task").gpl().since("4.8");
        t.helper(37, "bpf_current_task_under_cgroup").args(mapPtr(), any()).since("4.9");
        t.helper(42, "bpf_get_numa_node_id").since("4.10");
        t.helper(80, "bpf_get_current_cgroup_id").since("4.18");
        t.helper(109, "bpf_send_signal").args(any()).since("5.3");
        t.helper(117, "bpf_send_signal_thread").args(any()).since("5.6");
        t.helper(118, "bpf_jiffies64").since("5.6");
        t.helper(120, "bpf_get_ns_current_pid_tgid")
                .args(any(), any(), out(), size())
                .since("5.7");
        t.helper(123, "bpf_get_current_ancestor_cgroup_id").args(any()).since("5.7");
        t.helper(125, "bpf_ktime_get_boot_ns").since("5.8");
        t.helper(153, "bpf_per_cpu_ptr")
                .args(percpu(), any())
                .returns(ReturnType.MEM_OR_BTF_ID)
                .nullable()
                .since("5.10");
        t.helper(154, "bpf_this_cpu_ptr")
                .args(percpu())
                .returns(ReturnType.MEM_OR_BTF_ID)
                .since("5.10");
        t.helper(158, "bpf_get_current_task_btf")
                .returnsBtf("task_struct")
                .trusted()
                .gpl()
                .since("5.11");
        t.helper(160, "bpf_ktime_get_coarse_ns").since("5.11");
        t.helper(181, "bpf_loop")
                .args(any(), func(), stackOrNull(), any())
                .callsBack()
                .since("5.17");
        t.helper(208, "bpf_ktime_get_tai_ns").since("6.1");
    }
}
