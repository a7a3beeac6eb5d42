package dev.skep.runtime.kfunc;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.FieldHelpers;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.helper.TextHelpers;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HashMap;

/**
 * Kernel functions on tasks, cgroups, work queues, arenas, maps and packets' metadata. There is one task and one
 * cgroup.
 */
public final class SystemKfuncs {
    private SystemKfuncs() {}

    static void register() {
        add("bpf_task_acquire", "same", SystemKfuncs::same);
        add("bpf_task_release", "zero", SystemKfuncs::zero);
        add("bpf_task_from_pid", "taskFromPid", SystemKfuncs::taskFromPid);
        add("bpf_task_from_vpid", "taskFromPid", SystemKfuncs::taskFromPid);
        add("bpf_task_under_cgroup", "one", SystemKfuncs::one);
        add("bpf_task_get_cgroup1", "zero", SystemKfuncs::zero);
        add("bpf_cgroup_acquire", "same", SystemKfuncs::same);
        add("bpf_cgroup_release", "zero", SystemKfuncs::zero);
        add("bpf_cgroup_ancestor", "cgroupAncestor", SystemKfuncs::cgroupAncestor);
        add("bpf_cgroup_from_id", "cgroupFromId", SystemKfuncs::cgroupFromId);
        add("bpf_send_signal_task", "signal", SystemKfuncs::signal);
        add("bpf_get_task_exe_file", "zero", SystemKfuncs::zero);
        add("bpf_put_file", "zero", SystemKfuncs::zero);
        add("bpf_get_kmem_cache", "zero", SystemKfuncs::zero);
        add("bpf_lookup_user_key", "zero", SystemKfuncs::zero);
        add("bpf_lookup_system_key", "zero", SystemKfuncs::zero);
        add("bpf_key_put", "zero", SystemKfuncs::zero);
        add("bpf_map_sum_elem_count", "elementCount", SystemKfuncs::elementCount);
        add("bpf_arena_alloc_pages", "arenaAllocate", SystemKfuncs::arenaAllocate);
        add("bpf_arena_free_pages", "arenaFree", SystemKfuncs::arenaFree);
        add("bpf_wq_init", "workInit", SystemKfuncs::workInit);
        add("bpf_wq_set_callback_impl", "workCallback", SystemKfuncs::workCallback);
        add("bpf_wq_start", "workStart", SystemKfuncs::workStart);
        add("bpf_task_work_schedule_signal_impl", "taskWork", SystemKfuncs::taskWork);
        add("bpf_task_work_schedule_resume_impl", "taskWork", SystemKfuncs::taskWork);
        add("bpf_stream_vprintk_impl", "streamPrint", SystemKfuncs::streamPrint);
        add("bpf_xdp_pull_data", "xdpPull", SystemKfuncs::xdpPull);
        add("bpf_xdp_metadata_rx_timestamp", "notSupported", SystemKfuncs::notSupported);
        add("bpf_xdp_metadata_rx_hash", "notSupported", SystemKfuncs::notSupported);
        add("bpf_xdp_metadata_rx_vlan_tag", "notSupported", SystemKfuncs::notSupported);
        add("bpf_session_is_return", "zero", SystemKfuncs::zero);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, SystemKfuncs.class, method, function);
    }

    public static long zero(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    public static long one(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 1;
    }

    public static long same(RunContext cx, long object, long r2, long r3, long r4, long r5) {
        return object;
    }

    public static long notSupported(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.EOPNOTSUPP;
    }

    public static long taskFromPid(RunContext cx, long pid, long r2, long r3, long r4, long r5) {
        return (int) pid == (int) cx.host().currentPidTgid() ? cx.machine().currentTask() : 0;
    }

    public static long cgroupAncestor(RunContext cx, long cgroup, long level, long r3, long r4, long r5) {
        return (int) level == 0 ? cgroup : 0;
    }

    public static long cgroupFromId(RunContext cx, long id, long r2, long r3, long r4, long r5) {
        return id == cx.host().currentCgroupId() ? cx.machine().currentCgroup() : 0;
    }

    public static long signal(RunContext cx, long task, long signal, long type, long value, long r5) {
        return cx.host().signal((int) signal);
    }

    public static long elementCount(RunContext cx, long map, long r2, long r3, long r4, long r5) {
        return cx.map(map) instanceof HashMap h ? h.size() : 0;
    }

    public static long arenaAllocate(RunContext cx, long map, long address, long count, long node, long flags) {
        if (flags != 0 || !(cx.map(map) instanceof ArenaMap arena)) {
            return 0;
        }
        return arena.allocatePages(address & 0xffff_ffffL, count & 0xffff_ffffL);
    }

    public static long arenaFree(RunContext cx, long map, long address, long count, long r4, long r5) {
        if (cx.map(map) instanceof ArenaMap arena) {
            arena.freePages(address & 0xffff_ffffL, count & 0xffff_ffffL);
        }
        return 0;
    }

    public static long workInit(RunContext cx, long work, long map, long flags, long r4, long r5) {
        if ((flags & 0xffff_ffffL) != 0) {
            return -Errno.EINVAL;
        }
        BpfMap owner = cx.map(map);
        return cx.machine().timers().init(owner, work, FieldHelpers.valueOf(owner, work, SpecialField.Kind.WORKQUEUE));
    }

    public static long workCallback(RunContext cx, long work, long callback, long flags, long r4, long r5) {
        return (flags & 0xffff_ffffL) != 0
                ? -Errno.EINVAL
                : cx.machine().timers().callback(work, callback);
    }

    public static long workStart(RunContext cx, long work, long flags, long r3, long r4, long r5) {
        return (flags & 0xffff_ffffL) != 0
                ? -Errno.EINVAL
                : cx.machine().timers().start(work, 0);
    }

    public static long taskWork(RunContext cx, long task, long work, long map, long callback, long r5) {
        BpfMap owner = cx.map(map);
        long result =
                cx.machine().timers().init(owner, work, FieldHelpers.valueOf(owner, work, SpecialField.Kind.TASK_WORK));
        if (result == 0 || result == -Errno.EBUSY) {
            cx.machine().timers().callback(work, callback);
            result = cx.machine().timers().start(work, 0);
        }
        return result;
    }

    /** Prints to the host's log; streams 1 and 2 are a program's standard output and error. */
    public static long streamPrint(RunContext cx, long stream, long format, long arguments, long size, long r5) {
        if ((int) stream != 1 && (int) stream != 2) {
            return -Errno.ENOENT;
        }
        return Math.min(0, TextHelpers.traceVprintk(cx, format, Integer.MAX_VALUE, arguments, size & 0xffff_ffffL, 0));
    }

    public static long xdpPull(RunContext cx, long ctx, long size, long r3, long r4, long r5) {
        return cx.xdp(ctx).pull(size & 0xffff_ffffL);
    }
}
