package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.func;
import static dev.skep.kernel.helper.Args.kptr;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.released;
import static dev.skep.kernel.helper.Args.spinLock;
import static dev.skep.kernel.helper.Args.timer;

/** Spin locks, timers, kptrs: helpers on special fields of values. */
final class LockHelpers {
    private LockHelpers() {}

    static void declare(HelperTable t) {
        t.helper(93, "bpf_spin_lock").args(spinLock()).returns(ReturnType.VOID).since("5.1");
        t.helper(94, "bpf_spin_unlock")
                .args(spinLock())
                .returns(ReturnType.VOID)
                .since("5.1");
        t.helper(169, "bpf_timer_init").args(timer(), mapPtr(), any()).gpl().since("5.15");
        t.helper(170, "bpf_timer_set_callback")
                .args(timer(), func())
                .gpl()
                .callsLater()
                .since("5.15");
        t.helper(171, "bpf_timer_start").args(timer(), any(), any()).gpl().since("5.15");
        t.helper(172, "bpf_timer_cancel").args(timer()).gpl().since("5.15");
        t.helper(194, "bpf_kptr_xchg")
                .args(kptr(), released(orNull(btf(""))))
                .returns(ReturnType.BTF_ID)
                .nullable()
                .acquires()
                .since("5.19");
    }
}
