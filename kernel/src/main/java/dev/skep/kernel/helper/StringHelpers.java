package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.constStr;
import static dev.skep.kernel.helper.Args.fixedOut;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.inOut;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** Printing, parsing and comparing text. */
final class StringHelpers {
    private StringHelpers() {}

    static void declare(HelperTable t) {
        t.helper(6, "bpf_trace_printk").args(in(), size()).gpl().since("4.1");
        t.helper(105, "bpf_strtol").args(in(), size(), any(), fixedOut(8)).since("5.2");
        t.helper(106, "bpf_strtoul").args(in(), size(), any(), fixedOut(8)).since("5.2");
        t.helper(126, "bpf_seq_printf")
                .args(btf("seq_file"), in(), size(), orNull(in()), sizeOrZero())
                .gpl()
                .since("5.8");
        t.helper(127, "bpf_seq_write")
                .args(btf("seq_file"), in(), sizeOrZero())
                .gpl()
                .since("5.8");
        t.helper(149, "bpf_snprintf_btf")
                .args(inOut(), size(), in(), size(), any())
                .since("5.10");
        t.helper(150, "bpf_seq_printf_btf")
                .args(btf("seq_file"), in(), sizeOrZero(), any())
                .gpl()
                .since("5.10");
        t.helper(165, "bpf_snprintf")
                .args(orNull(inOut()), sizeOrZero(), constStr(), orNull(in()), sizeOrZero())
                .gpl()
                .since("5.13");
        t.helper(177, "bpf_trace_vprintk")
                .args(in(), size(), orNull(in()), sizeOrZero())
                .gpl()
                .since("5.16");
        t.helper(182, "bpf_strncmp").args(in(), size(), constStr()).since("5.17");
    }
}
