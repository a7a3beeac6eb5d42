package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ACQUIRE;
import static dev.skep.kernel.kfunc.Kfunc.RCU;
import static dev.skep.kernel.kfunc.Kfunc.RELEASE;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Tasks, cgroups and CPU masks. */
final class TaskKfuncs {
    private TaskKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.GENERAL);
        t.kfunc("bpf_task_acquire", ACQUIRE | RCU | RET_NULL, "6.2");
        t.kfunc("bpf_task_release", RELEASE, "6.2");
        t.kfunc("bpf_task_from_pid", ACQUIRE | RET_NULL, "6.2");
        t.kfunc("bpf_task_from_vpid", ACQUIRE | RET_NULL, "6.15");
        t.kfunc("bpf_task_under_cgroup", RCU, "6.5");
        t.kfunc("bpf_task_get_cgroup1", ACQUIRE | RCU | RET_NULL, "6.8");
        t.kfunc("bpf_send_signal_task", TRUSTED_ARGS, "6.13");
        t.kfunc("bpf_cgroup_acquire", ACQUIRE | RCU | RET_NULL, "6.2");
        t.kfunc("bpf_cgroup_release", RELEASE, "6.2");
        t.kfunc("bpf_cgroup_ancestor", ACQUIRE | RCU | RET_NULL, "6.2");
        t.kfunc("bpf_cgroup_from_id", ACQUIRE | RET_NULL, "6.4");

        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_cgroup_read_xattr", RCU, "6.17");

        t.callableFrom(KfuncHook.TRACING);
        t.kfunc("css_rstat_updated", 0, "6.1");
        t.kfunc("css_rstat_flush", SLEEPABLE, "6.1");

        t.callableFrom(KfuncHook.TRACING, KfuncHook.STRUCT_OPS, KfuncHook.SYSCALL);
        t.kfunc("bpf_cpumask_create", ACQUIRE | RET_NULL, "6.3");
        t.kfunc("bpf_cpumask_release", RELEASE, "6.3");
        t.kfunc("bpf_cpumask_acquire", ACQUIRE | TRUSTED_ARGS, "6.3");
        t.kfunc("bpf_cpumask_first", RCU, "6.3");
        t.kfunc("bpf_cpumask_first_zero", RCU, "6.3");
        t.kfunc("bpf_cpumask_set_cpu", RCU, "6.3");
        t.kfunc("bpf_cpumask_clear_cpu", RCU, "6.3");
        t.kfunc("bpf_cpumask_test_cpu", RCU, "6.3");
        t.kfunc("bpf_cpumask_test_and_set_cpu", RCU, "6.3");
        t.kfunc("bpf_cpumask_test_and_clear_cpu", RCU, "6.3");
        t.kfunc("bpf_cpumask_setall", RCU, "6.3");
        t.kfunc("bpf_cpumask_clear", RCU, "6.3");
        t.kfunc("bpf_cpumask_and", RCU, "6.3");
        t.kfunc("bpf_cpumask_or", RCU, "6.3");
        t.kfunc("bpf_cpumask_xor", RCU, "6.3");
        t.kfunc("bpf_cpumask_equal", RCU, "6.3");
        t.kfunc("bpf_cpumask_intersects", RCU, "6.3");
        t.kfunc("bpf_cpumask_subset", RCU, "6.3");
        t.kfunc("bpf_cpumask_empty", RCU, "6.3");
        t.kfunc("bpf_cpumask_full", RCU, "6.3");
        t.kfunc("bpf_cpumask_copy", RCU, "6.3");
        t.kfunc("bpf_cpumask_first_and", RCU, "6.5");
        t.kfunc("bpf_cpumask_any_distribute", RCU, "6.5");
        t.kfunc("bpf_cpumask_any_and_distribute", RCU, "6.5");
        t.kfunc("bpf_cpumask_weight", RCU, "6.8");
        t.kfunc("bpf_cpumask_populate", RCU, "6.15");
    }
}
