package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.anySock;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.mapValue;
import static dev.skep.kernel.helper.Args.orNull;

/** Helpers for storage that hangs on sockets, inodes, tasks and cgroups. */
final class StorageHelpers {
    private StorageHelpers() {}

    static void declare(HelperTable t) {
        t.helper(81, "bpf_get_local_storage")
                .args(mapPtr(), any())
                .returns(ReturnType.MAP_VALUE)
                .since("4.19");
        t.helper(107, "bpf_sk_storage_get")
                .args(mapPtr(), anySock(), orNull(mapValue()), any())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .since("5.2");
        t.helper(108, "bpf_sk_storage_delete").args(mapPtr(), anySock()).since("5.2");
        t.helper(145, "bpf_inode_storage_get")
                .args(mapPtr(), orNull(btf("inode")), orNull(mapValue()), any())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .since("5.10");
        t.helper(146, "bpf_inode_storage_delete")
                .args(mapPtr(), orNull(btf("inode")))
                .since("5.10");
        t.helper(156, "bpf_task_storage_get")
                .args(mapPtr(), orNull(btf("task_struct")), orNull(mapValue()), any())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .since("5.11");
        t.helper(157, "bpf_task_storage_delete")
                .args(mapPtr(), orNull(btf("task_struct")))
                .since("5.11");
        t.helper(210, "bpf_cgrp_storage_get")
                .args(mapPtr(), orNull(btf("cgroup")), orNull(mapValue()), any())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .since("6.2");
        t.helper(211, "bpf_cgrp_storage_delete")
                .args(mapPtr(), orNull(btf("cgroup")))
                .since("6.2");
    }
}
