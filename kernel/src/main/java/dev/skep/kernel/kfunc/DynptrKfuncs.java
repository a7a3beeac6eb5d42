package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Making dynptrs from kernel objects, slicing, cloning and copying them. */
final class DynptrKfuncs {
    private DynptrKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_dynptr_slice", RET_NULL, KfuncFamily.DYNPTR_SLICE, "6.4");
        t.kfunc("bpf_dynptr_slice_rdwr", RET_NULL, KfuncFamily.DYNPTR_SLICE_RDWR, "6.4");
        t.kfunc("bpf_dynptr_clone", 0, KfuncFamily.DYNPTR_CLONE, "6.5");
        t.kfunc("bpf_dynptr_adjust", 0, KfuncFamily.DYNPTR_OTHER, "6.5");
        t.kfunc("bpf_dynptr_is_null", 0, KfuncFamily.DYNPTR_OTHER, "6.5");
        t.kfunc("bpf_dynptr_is_rdonly", 0, KfuncFamily.DYNPTR_OTHER, "6.5");
        t.kfunc("bpf_dynptr_size", 0, KfuncFamily.DYNPTR_OTHER, "6.5");
        t.kfunc("bpf_dynptr_copy", 0, KfuncFamily.DYNPTR_OTHER, "6.15");
        t.kfunc("bpf_dynptr_memset", 0, KfuncFamily.DYNPTR_OTHER, "6.17");
        t.kfunc("bpf_probe_read_kernel_dynptr", 0, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_probe_read_kernel_str_dynptr", 0, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_probe_read_user_dynptr", 0, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_probe_read_user_str_dynptr", 0, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_copy_from_user_dynptr", SLEEPABLE, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_copy_from_user_str_dynptr", SLEEPABLE, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_copy_from_user_task_dynptr", SLEEPABLE | TRUSTED_ARGS, KfuncFamily.DYNPTR_OTHER, "6.16");
        t.kfunc("bpf_copy_from_user_task_str_dynptr", SLEEPABLE | TRUSTED_ARGS, KfuncFamily.DYNPTR_OTHER, "6.16");

        t.callableFrom(
                KfuncHook.TC,
                KfuncHook.ACT,
                KfuncHook.CGROUP,
                KfuncHook.LWT,
                KfuncHook.SOCKET_FILTER,
                KfuncHook.SK_SKB,
                KfuncHook.NETFILTER,
                KfuncHook.TRACING);
        t.kfunc("bpf_dynptr_from_skb", TRUSTED_ARGS, KfuncFamily.DYNPTR_FROM_SKB, "6.4");

        t.callableFrom(KfuncHook.TC, KfuncHook.ACT);
        t.kfunc("bpf_dynptr_from_skb_meta", TRUSTED_ARGS, KfuncFamily.DYNPTR_FROM_SKB_META, "6.18");

        t.callableFrom(KfuncHook.XDP);
        t.kfunc("bpf_dynptr_from_xdp", 0, KfuncFamily.DYNPTR_FROM_XDP, "6.4");
    }
}
