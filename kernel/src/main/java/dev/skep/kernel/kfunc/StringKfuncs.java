package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Text: searching, comparing, printing, copying from user space. */
final class StringKfuncs {
    private StringKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_strcmp", 0, "6.17");
        t.kfunc("bpf_strchr", 0, "6.17");
        t.kfunc("bpf_strchrnul", 0, "6.17");
        t.kfunc("bpf_strnchr", 0, "6.17");
        t.kfunc("bpf_strrchr", 0, "6.17");
        t.kfunc("bpf_strlen", 0, "6.17");
        t.kfunc("bpf_strnlen", 0, "6.17");
        t.kfunc("bpf_strspn", 0, "6.17");
        t.kfunc("bpf_strcspn", 0, "6.17");
        t.kfunc("bpf_strstr", 0, "6.17");
        t.kfunc("bpf_strnstr", 0, "6.17");
        t.kfunc("bpf_strcasecmp", 0, "6.18");
        t.kfunc("bpf_stream_vprintk_impl", TRUSTED_ARGS, "6.17");
        t.kfunc("bpf_copy_from_user_str", SLEEPABLE, "6.12");
        t.kfunc("bpf_copy_from_user_task_str", SLEEPABLE, "6.15");
    }
}
