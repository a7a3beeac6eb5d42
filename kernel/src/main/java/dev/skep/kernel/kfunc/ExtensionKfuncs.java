package dev.skep.kernel.kfunc;

/** Functions that no Linux has; {@link dev.skep.kernel.Extensions} gives them types and names the feature that each needs. */
final class ExtensionKfuncs {
    private ExtensionKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_dynptr_alloc", 0, KfuncFamily.DYNPTR_ALLOC, "skep");
        t.kfunc("bpf_dynptr_put", 0, KfuncFamily.DYNPTR_PUT, "skep");
    }
}
