package dev.skep.kernel.kfunc;

/**
 * Functions that Linux 6.18 does not have; {@link dev.skep.kernel.Extensions} gives them types and names the feature
 * that each needs.
 */
final class ExtensionKfuncs {
    private ExtensionKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_dynptr_alloc", 0, KfuncFamily.DYNPTR_ALLOC, "skep");
        t.kfunc("bpf_dynptr_put", 0, KfuncFamily.DYNPTR_PUT, "skep");
        t.kfunc("bpf_dynptr_from_file", Kfunc.TRUSTED_ARGS, KfuncFamily.DYNPTR_FROM_FILE, "6.19");
        t.kfunc("bpf_dynptr_file_discard", 0, KfuncFamily.DYNPTR_FILE_DISCARD, "6.19");
    }
}
