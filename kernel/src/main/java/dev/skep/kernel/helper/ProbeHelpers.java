package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** Reading and writing memory that may fault. */
final class ProbeHelpers {
    private ProbeHelpers() {}

    static void declare(HelperTable t) {
        t.helper(4, "bpf_probe_read").args(out(), sizeOrZero(), any()).gpl().since("4.1");
        t.helper(36, "bpf_probe_write_user").args(any(), in(), size()).gpl().since("4.8");
        t.helper(45, "bpf_probe_read_str")
                .args(out(), sizeOrZero(), any())
                .bytesOrErrno()
                .gpl()
                .since("4.11");
        t.helper(112, "bpf_probe_read_user")
                .args(out(), sizeOrZero(), any())
                .gpl()
                .since("5.5");
        t.helper(113, "bpf_probe_read_kernel")
                .args(out(), sizeOrZero(), any())
                .gpl()
                .since("5.5");
        t.helper(114, "bpf_probe_read_user_str")
                .args(out(), sizeOrZero(), any())
                .bytesOrErrno()
                .gpl()
                .since("5.5");
        t.helper(115, "bpf_probe_read_kernel_str")
                .args(out(), sizeOrZero(), any())
                .bytesOrErrno()
                .gpl()
                .since("5.5");
        t.helper(148, "bpf_copy_from_user")
                .args(out(), sizeOrZero(), any())
                .sleeps()
                .since("5.10");
        t.helper(191, "bpf_copy_from_user_task")
                .args(out(), sizeOrZero(), any(), btf("task_struct"), any())
                .gpl()
                .sleeps()
                .since("5.18");
    }
}
