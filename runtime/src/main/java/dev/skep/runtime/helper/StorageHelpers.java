package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.CgroupStorageMap;
import dev.skep.runtime.map.StorageMap;
import dev.skep.runtime.map.TargetMap;
import dev.skep.runtime.memory.SlabAccess;

/** Helpers on values that belong to sockets, tasks, inodes and cgroups, and on maps of sockets. */
public final class StorageHelpers {
    private StorageHelpers() {}

    static void register() {
        add(107, "bpf_sk_storage_get", "get", StorageHelpers::get);
        add(145, "bpf_inode_storage_get", "get", StorageHelpers::get);
        add(156, "bpf_task_storage_get", "get", StorageHelpers::get);
        add(210, "bpf_cgrp_storage_get", "get", StorageHelpers::get);
        add(108, "bpf_sk_storage_delete", "delete", StorageHelpers::delete);
        add(146, "bpf_inode_storage_delete", "delete", StorageHelpers::delete);
        add(157, "bpf_task_storage_delete", "delete", StorageHelpers::delete);
        add(211, "bpf_cgrp_storage_delete", "delete", StorageHelpers::delete);
        add(81, "bpf_get_local_storage", "local", StorageHelpers::local);
        add(53, "bpf_sock_map_update", "socketUpdate", StorageHelpers::socketUpdate);
        add(70, "bpf_sock_hash_update", "socketUpdate", StorageHelpers::socketUpdate);
        add(82, "bpf_sk_select_reuseport", "selectReuseport", StorageHelpers::selectReuseport);
        add(124, "bpf_sk_assign", "assign", StorageHelpers::assign);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, StorageHelpers.class, method, function);
    }

    public static long get(RunContext cx, long map, long object, long initial, long flags, long r5) {
        return cx.map(map) instanceof StorageMap s ? s.get(object, initial, flags, cx.scratch()) : 0;
    }

    public static long delete(RunContext cx, long map, long object, long r3, long r4, long r5) {
        if (object == 0 || !(cx.map(map) instanceof StorageMap s)) {
            return -Errno.EINVAL;
        }
        return s.remove(object, cx.scratch());
    }

    public static long local(RunContext cx, long map, long flags, long r3, long r4, long r5) {
        return cx.map(map) instanceof CgroupStorageMap s ? s.value(cx.cpu()) : 0;
    }

    /** Puts the socket that the context stands for into a map. */
    public static long socketUpdate(RunContext cx, long ctx, long map, long key, long flags, long r5) {
        SlabAccess.store64(cx.memory(), cx.scratch(), ctx);
        return cx.map(map).update(key, cx.scratch(), flags, cx.cpu());
    }

    public static long selectReuseport(RunContext cx, long ctx, long map, long key, long flags, long r5) {
        BpfMap target = cx.map(map);
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        if (!(target instanceof TargetMap slots) || slots.element(key) == 0) {
            return -Errno.ENOENT;
        }
        cx.redirect().to(target, SlabAccess.load64(cx.memory(), slots.element(key)), flags);
        return 0;
    }

    /** Notes the socket that the packet or connection shall go to. */
    public static long assign(RunContext cx, long ctx, long socket, long flags, long r4, long r5) {
        cx.redirect().to(null, socket, flags);
        return 0;
    }
}
