package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.fixedOut;
import static dev.skep.kernel.helper.Args.func;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.inOut;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;
import static dev.skep.kernel.helper.Args.stackOrNull;

/** Stacks, perf events, function arguments, tasks: helpers of tracing programs. */
final class TracingHelpers {
    private TracingHelpers() {}

    static void declare(HelperTable t) {
        t.helper(22, "bpf_perf_event_read").args(mapPtr(), any()).gpl().since("4.3");
        t.helper(25, "bpf_perf_event_output")
                .args(ctx(), mapPtr(), any(), in(), sizeOrZero())
                .gpl()
                .since("4.4");
        t.helper(27, "bpf_get_stackid").args(ctx(), mapPtr(), any()).gpl().since("4.6");
        t.helper(55, "bpf_perf_event_read_value")
                .args(mapPtr(), any(), out(), size())
                .gpl()
                .since("4.15");
        t.helper(56, "bpf_perf_prog_read_value")
                .args(ctx(), out(), size())
                .gpl()
                .since("4.15");
        t.helper(58, "bpf_override_return").args(ctx(), any()).gpl().since("4.16");
        t.helper(67, "bpf_get_stack")
                .args(ctx(), out(), sizeOrZero(), any())
                .bytesOrErrno()
                .gpl()
                .since("4.18");
        t.helper(111, "bpf_skb_output")
                .args(btf("sk_buff"), mapPtr(), any(), in(), sizeOrZero())
                .gpl()
                .since("5.5");
        t.helper(119, "bpf_read_branch_records")
                .args(ctx(), orNull(inOut()), sizeOrZero(), any())
                .gpl()
                .since("5.6");
        t.helper(121, "bpf_xdp_output")
                .args(btf("xdp_buff"), mapPtr(), any(), in(), sizeOrZero())
                .gpl()
                .since("5.7");
        t.helper(141, "bpf_get_task_stack")
                .args(btf("task_struct"), out(), sizeOrZero(), any())
                .bytesOrErrno()
                .since("5.9");
        t.helper(147, "bpf_d_path").args(btf("path"), inOut(), sizeOrZero()).since("5.10");
        t.helper(162, "bpf_sock_from_file")
                .args(btf("file"))
                .returnsBtf("socket")
                .nullable()
                .since("5.11");
        t.helper(173, "bpf_get_func_ip").args(ctx()).gpl().since("5.15");
        t.helper(174, "bpf_get_attach_cookie").args(ctx()).since("5.15");
        t.helper(175, "bpf_task_pt_regs")
                .args(btf("task_struct"))
                .returnsBtf("pt_regs")
                .gpl()
                .since("5.15");
        t.helper(176, "bpf_get_branch_snapshot").args(out(), sizeOrZero()).gpl().since("5.16");
        t.helper(180, "bpf_find_vma")
                .args(btf("task_struct"), any(), func(), stackOrNull(), any())
                .callsBack()
                .since("5.17");
        t.helper(183, "bpf_get_func_arg").args(ctx(), any(), fixedOut(8)).since("5.17");
        t.helper(184, "bpf_get_func_ret").args(ctx(), fixedOut(8)).since("5.17");
        t.helper(185, "bpf_get_func_arg_cnt").args(ctx()).since("5.17");
    }
}
