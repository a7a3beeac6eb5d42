package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import java.nio.charset.StandardCharsets;

/** Helpers that tell who runs: process, user, cgroup. The host answers. */
public final class TaskHelpers {
    private TaskHelpers() {}

    static void register() {
        add(14, "bpf_get_current_pid_tgid", "pidTgid", TaskHelpers::pidTgid);
        add(15, "bpf_get_current_uid_gid", "uidGid", TaskHelpers::uidGid);
        add(16, "bpf_get_current_comm", "comm", TaskHelpers::comm);
        add(35, "bpf_get_current_task", "task", TaskHelpers::task);
        add(158, "bpf_get_current_task_btf", "task", TaskHelpers::task);
        add(80, "bpf_get_current_cgroup_id", "cgroupId", TaskHelpers::cgroupId);
        add(123, "bpf_get_current_ancestor_cgroup_id", "ancestorCgroupId", TaskHelpers::ancestorCgroupId);
        add(120, "bpf_get_ns_current_pid_tgid", "nsPidTgid", TaskHelpers::nsPidTgid);
        add(37, "bpf_current_task_under_cgroup", "underCgroup", TaskHelpers::underCgroup);
        add(109, "bpf_send_signal", "sendSignal", TaskHelpers::sendSignal);
        add(117, "bpf_send_signal_thread", "sendSignal", TaskHelpers::sendSignal);
        add(17, "bpf_get_cgroup_classid", "zero", TaskHelpers::zero);
        add(151, "bpf_skb_cgroup_classid", "zero", TaskHelpers::zero);
        add(24, "bpf_get_route_realm", "zero", TaskHelpers::zero);
        add(79, "bpf_skb_cgroup_id", "cgroupId", TaskHelpers::cgroupId);
        add(128, "bpf_sk_cgroup_id", "cgroupId", TaskHelpers::cgroupId);
        add(83, "bpf_skb_ancestor_cgroup_id", "ancestorOf", TaskHelpers::ancestorOf);
        add(129, "bpf_sk_ancestor_cgroup_id", "ancestorOf", TaskHelpers::ancestorOf);
        add(33, "bpf_skb_under_cgroup", "skbUnderCgroup", TaskHelpers::skbUnderCgroup);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, TaskHelpers.class, method, function);
    }

    public static long pidTgid(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().currentPidTgid();
    }

    public static long uidGid(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().currentUidGid();
    }

    public static long comm(RunContext cx, long out, long size, long r3, long r4, long r5) {
        byte[] name = cx.host().currentCommand().getBytes(StandardCharsets.UTF_8);
        long room = size & 0xffff_ffffL;
        SlabAccess.fill(cx.memory(), out, room, (byte) 0);
        if (room > 0) {
            SlabAccess.put(cx.memory(), out, name, 0, (int) Math.min(Math.min(name.length, 15), room - 1));
        }
        return 0;
    }

    public static long task(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.machine().currentTask();
    }

    public static long cgroupId(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.host().currentCgroupId();
    }

    public static long ancestorCgroupId(RunContext cx, long level, long r2, long r3, long r4, long r5) {
        return (int) level == 0 ? 1 : cx.host().currentCgroupId();
    }

    public static long ancestorOf(RunContext cx, long ctx, long level, long r3, long r4, long r5) {
        return ancestorCgroupId(cx, level, 0, 0, 0, 0);
    }

    public static long nsPidTgid(RunContext cx, long dev, long ino, long out, long size, long r5) {
        if (size != 8) {
            SlabAccess.fill(cx.memory(), out, size & 0xffff, (byte) 0);
            return -Errno.EINVAL;
        }
        long both = cx.host().currentPidTgid();
        SlabAccess.store32(cx.memory(), out, both);
        SlabAccess.store32(cx.memory(), out + 4, both >>> 32);
        return 0;
    }

    public static long underCgroup(RunContext cx, long map, long index, long r3, long r4, long r5) {
        if ((index & 0xffff_ffffL) >= cx.map(map).maxEntries()) {
            return -Errno.E2BIG;
        }
        SlabAccess.store32(cx.memory(), cx.scratch(), index);
        long value = cx.map(map).lookup(cx.scratch(), 0);
        if (value == 0) {
            return -Errno.EAGAIN;
        }
        return SlabAccess.load32(cx.memory(), value) == cx.host().currentCgroupId() ? 1 : 0;
    }

    public static long skbUnderCgroup(RunContext cx, long ctx, long map, long index, long r4, long r5) {
        return underCgroup(cx, map, index, 0, 0, 0);
    }

    public static long sendSignal(RunContext cx, long signal, long r2, long r3, long r4, long r5) {
        return cx.host().signal((int) signal);
    }

    public static long zero(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }
}
