package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;

/**
 * Helpers on things that exist only in a kernel: stack traces, signals of sockets, infrared receivers. They run, and
 * give the result that Linux gives where the thing is not there.
 */
public final class AbsentHelpers {
    private AbsentHelpers() {}

    static void register() {
        int[] notSupported = {59, 61, 62, 63, 64, 66, 73, 74, 75, 76, 90, 91, 142, 143, 144, 149, 150, 161, 193};
        String[] notSupportedNames = {
            "bpf_sock_ops_cb_flags_set",
            "bpf_msg_apply_bytes",
            "bpf_msg_cork_bytes",
            "bpf_msg_pull_data",
            "bpf_bind",
            "bpf_skb_get_xfrm_state",
            "bpf_lwt_push_encap",
            "bpf_lwt_seg6_store_bytes",
            "bpf_lwt_seg6_adjust_srh",
            "bpf_lwt_seg6_action",
            "bpf_msg_push_data",
            "bpf_msg_pop_data",
            "bpf_load_hdr_opt",
            "bpf_store_hdr_opt",
            "bpf_reserve_hdr_opt",
            "bpf_snprintf_btf",
            "bpf_seq_printf_btf",
            "bpf_ima_inode_hash",
            "bpf_ima_file_hash"
        };
        for (int i = 0; i < notSupported.length; i++) {
            add(notSupported[i], notSupportedNames[i], "notSupported", AbsentHelpers::notSupported);
        }
        add(27, "bpf_get_stackid", "fault", AbsentHelpers::fault);
        add(67, "bpf_get_stack", "fault", AbsentHelpers::fault);
        add(141, "bpf_get_task_stack", "fault", AbsentHelpers::fault);
        add(77, "bpf_rc_repeat", "zero", AbsentHelpers::zero);
        add(78, "bpf_rc_keydown", "zero", AbsentHelpers::zero);
        add(92, "bpf_rc_pointer_rel", "zero", AbsentHelpers::zero);
        add(100, "bpf_tcp_check_syncookie", "noEntry", AbsentHelpers::noEntry);
        add(110, "bpf_tcp_gen_syncookie", "noEntry", AbsentHelpers::noEntry);
        add(101, "bpf_sysctl_get_name", "invalid", AbsentHelpers::invalid);
        add(102, "bpf_sysctl_get_current_value", "invalid", AbsentHelpers::invalid);
        add(103, "bpf_sysctl_get_new_value", "invalid", AbsentHelpers::invalid);
        add(104, "bpf_sysctl_set_new_value", "invalid", AbsentHelpers::invalid);
        add(116, "bpf_tcp_send_ack", "zero", AbsentHelpers::zero);
        add(147, "bpf_d_path", "invalid", AbsentHelpers::invalid);
        add(159, "bpf_bprm_opts_set", "zero", AbsentHelpers::zero);
        add(166, "bpf_sys_bpf", "invalid", AbsentHelpers::invalid);
        add(167, "bpf_btf_find_by_name_kind", "noEntry", AbsentHelpers::noEntry);
        add(168, "bpf_sys_close", "badDescriptor", AbsentHelpers::badDescriptor);
        add(175, "bpf_task_pt_regs", "task", AbsentHelpers::task);
        add(179, "bpf_kallsyms_lookup_name", "noEntry", AbsentHelpers::noEntry);
        add(180, "bpf_find_vma", "noEntry", AbsentHelpers::noEntry);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, AbsentHelpers.class, method, function);
    }

    public static long zero(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    public static long notSupported(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.EOPNOTSUPP;
    }

    public static long invalid(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.EINVAL;
    }

    public static long noEntry(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.ENOENT;
    }

    public static long fault(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.EFAULT;
    }

    public static long badDescriptor(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.EBADF;
    }

    public static long task(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.machine().currentTask();
    }
}
