package dev.skep.runtime.kfunc;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;

/**
 * Dynptrs to memory of the program's own: Skep's extension {@code malloc-dynptr}. The account that was named when the
 * program was loaded pays.
 */
public final class AllocKfuncs {
    private static final long U32 = 0xffff_ffffL;

    private AllocKfuncs() {}

    static void register() {
        KfuncTable.add("bpf_dynptr_alloc", AllocKfuncs.class, "alloc", AllocKfuncs::alloc);
        KfuncTable.add("bpf_dynptr_put", AllocKfuncs.class, "put", AllocKfuncs::put);
    }

    /**
     * Zeroed memory of {@code size} bytes. On failure a null dynptr, which must be put all the same: -E2BIG above
     * {@link Dynptr#MAX_SIZE}, -EINVAL with flags, -ENOMEM when the account cannot pay or the machine is full.
     */
    public static long alloc(RunContext cx, long size, long flags, long p, long r4, long r5) {
        long bytes = size & U32;
        Dynptr.setNull(cx.memory(), p);
        if (bytes > Dynptr.MAX_SIZE) {
            return -Errno.E2BIG;
        }
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        long block = cx.held().allocate(cx.slab(), cx.account(), bytes);
        if (block == 0) {
            return -Errno.ENOMEM;
        }
        Dynptr.init(cx.memory(), p, block, DynptrType.MALLOC, bytes, false);
        return 0;
    }

    /** Frees the memory, whatever part of it this view shows; a null dynptr is only forgotten. */
    public static long put(RunContext cx, long p, long r2, long r3, long r4, long r5) {
        if (!Dynptr.isNull(cx.memory(), p)) {
            cx.held().free(cx.slab(), Dynptr.data(cx.memory(), p));
            Dynptr.setNull(cx.memory(), p);
        }
        return 0;
    }
}
