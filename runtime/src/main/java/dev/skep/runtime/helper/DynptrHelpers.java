package dev.skep.runtime.helper;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.dynptr.DynptrAccess;

/** Helpers on dynptrs of any type. */
public final class DynptrHelpers {
    static final HelperEntry READ_ONLY_FROM_MEM = new HelperEntry(
            "bpf_dynptr_from_mem", DynptrHelpers.class, "fromReadOnlyMem", DynptrHelpers::fromReadOnlyMem);

    private DynptrHelpers() {}

    static void register() {
        HelperTable.add(197, "bpf_dynptr_from_mem", DynptrHelpers.class, "fromMem", DynptrHelpers::fromMem);
        HelperTable.add(201, "bpf_dynptr_read", DynptrHelpers.class, "read", DynptrHelpers::read);
        HelperTable.add(202, "bpf_dynptr_write", DynptrHelpers.class, "write", DynptrHelpers::write);
        HelperTable.add(203, "bpf_dynptr_data", DynptrHelpers.class, "data", DynptrHelpers::data);
    }

    public static long fromMem(RunContext cx, long data, long size, long flags, long p, long r5) {
        return Dynptr.fromMem(cx.memory(), data, size & cx.program().sizeMask(), flags, p);
    }

    /** The same over memory that may not be written: what the verifier chooses for map keys. */
    public static long fromReadOnlyMem(RunContext cx, long data, long size, long flags, long p, long r5) {
        long result = fromMem(cx, data, size, flags, p, r5);
        if (result == 0) {
            Dynptr.init(
                    cx.memory(), p, data, DynptrType.LOCAL, size & cx.program().sizeMask(), true);
        }
        return result;
    }

    public static long read(RunContext cx, long to, long length, long p, long offset, long flags) {
        return DynptrAccess.read(cx, to, length, p, offset, flags);
    }

    public static long write(RunContext cx, long p, long offset, long from, long length, long flags) {
        return DynptrAccess.write(cx, p, offset, from, length, flags);
    }

    public static long data(RunContext cx, long p, long offset, long length, long r4, long r5) {
        return DynptrAccess.data(cx, p, offset, length);
    }
}
