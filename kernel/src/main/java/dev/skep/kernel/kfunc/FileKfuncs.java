package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ACQUIRE;
import static dev.skep.kernel.kfunc.Kfunc.RELEASE;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.SLEEPABLE;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Files, their attributes and keys; human interface devices. */
final class FileKfuncs {
    private FileKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.TRACING);
        t.kfunc("bpf_get_task_exe_file", ACQUIRE | TRUSTED_ARGS | RET_NULL, "6.12")
                .onlyInLsm();
        t.kfunc("bpf_put_file", RELEASE, "6.12").onlyInLsm();
        t.kfunc("bpf_path_d_path", TRUSTED_ARGS, "6.12").onlyInLsm();
        t.kfunc("bpf_get_file_xattr", SLEEPABLE | TRUSTED_ARGS, "6.8").onlyInLsm();
        t.kfunc("bpf_get_dentry_xattr", SLEEPABLE | TRUSTED_ARGS, "6.12").onlyInLsm();
        t.kfunc("bpf_set_dentry_xattr", SLEEPABLE | TRUSTED_ARGS, "6.15").onlyInLsm();
        t.kfunc("bpf_remove_dentry_xattr", SLEEPABLE | TRUSTED_ARGS, "6.15").onlyInLsm();

        t.callableFrom(KfuncHook.GENERAL);
        t.kfunc("bpf_lookup_user_key", ACQUIRE | RET_NULL | SLEEPABLE, "6.1");
        t.kfunc("bpf_lookup_system_key", ACQUIRE | RET_NULL, "6.1");
        t.kfunc("bpf_key_put", RELEASE, "6.1");
        t.kfunc("bpf_verify_pkcs7_signature", SLEEPABLE, "6.1");

        t.callableFrom(KfuncHook.STRUCT_OPS, KfuncHook.SYSCALL);
        t.kfunc("hid_bpf_get_data", RET_NULL, "6.3");
        t.kfunc("hid_bpf_allocate_context", ACQUIRE | RET_NULL | SLEEPABLE, "6.3");
        t.kfunc("hid_bpf_release_context", RELEASE | SLEEPABLE, "6.3");
        t.kfunc("hid_bpf_hw_request", SLEEPABLE, "6.3");
        t.kfunc("hid_bpf_hw_output_report", SLEEPABLE, "6.10");
        t.kfunc("hid_bpf_input_report", SLEEPABLE, "6.10");
    }
}
