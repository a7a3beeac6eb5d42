package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.fixedOut;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.inOut;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** Cgroup sysctl and return values, LSM hooks, the bpf system call, remote controls. */
final class ControlHelpers {
    private ControlHelpers() {}

    static void declare(HelperTable t) {
        t.helper(77, "bpf_rc_repeat").args(ctx()).gpl().since("4.18");
        t.helper(78, "bpf_rc_keydown").args(ctx(), any(), any(), any()).gpl().since("4.18");
        t.helper(92, "bpf_rc_pointer_rel").args(ctx(), any(), any()).gpl().since("5.0");
        t.helper(101, "bpf_sysctl_get_name").args(ctx(), inOut(), size(), any()).since("5.2");
        t.helper(102, "bpf_sysctl_get_current_value").args(ctx(), out(), size()).since("5.2");
        t.helper(103, "bpf_sysctl_get_new_value").args(ctx(), out(), size()).since("5.2");
        t.helper(104, "bpf_sysctl_set_new_value").args(ctx(), in(), size()).since("5.2");
        t.helper(159, "bpf_bprm_opts_set").args(btf("linux_binprm"), any()).since("5.11");
        t.helper(161, "bpf_ima_inode_hash")
                .args(btf("inode"), out(), size())
                .sleeps()
                .since("5.11");
        t.helper(166, "bpf_sys_bpf").args(any(), in(), size()).sleeps().since("5.14");
        t.helper(167, "bpf_btf_find_by_name_kind")
                .args(in(), size(), any(), any())
                .sleeps()
                .since("5.14");
        t.helper(168, "bpf_sys_close").args(any()).sleeps().since("5.14");
        t.helper(179, "bpf_kallsyms_lookup_name")
                .args(in(), sizeOrZero(), any(), fixedOut(8))
                .since("5.16");
        t.helper(186, "bpf_get_retval").since("5.18");
        t.helper(187, "bpf_set_retval").args(any()).since("5.18");
        t.helper(193, "bpf_ima_file_hash")
                .args(btf("file"), out(), size())
                .sleeps()
                .since("5.18");
    }
}
