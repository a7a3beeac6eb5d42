package dev.skep.runtime.kfunc;

import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.dynptr.DynptrAccess;
import dev.skep.runtime.dynptr.FileRegion;

/** Kernel functions on dynptrs. Offsets and sizes are 32 bits wide, as in Linux 6.18. */
public final class DynptrKfuncs {
    private DynptrKfuncs() {}

    static void register() {
        add("bpf_dynptr_from_skb", "fromSkb", DynptrKfuncs::fromSkb);
        add("bpf_dynptr_from_xdp", "fromXdp", DynptrKfuncs::fromXdp);
        add("bpf_dynptr_from_skb_meta", "fromSkbMeta", DynptrKfuncs::fromSkbMeta);
        add("bpf_dynptr_from_file", "fromFile", DynptrKfuncs::fromFile);
        add("bpf_dynptr_file_discard", "discardFile", DynptrKfuncs::discardFile);
        add("bpf_dynptr_slice", "slice", DynptrKfuncs::slice);
        add("bpf_dynptr_slice_rdwr", "sliceWritable", DynptrKfuncs::sliceWritable);
        add("bpf_dynptr_adjust", "adjust", DynptrKfuncs::adjust);
        add("bpf_dynptr_is_null", "isNull", DynptrKfuncs::isNull);
        add("bpf_dynptr_is_rdonly", "isReadOnly", DynptrKfuncs::isReadOnly);
        add("bpf_dynptr_size", "size", DynptrKfuncs::size);
        add("bpf_dynptr_clone", "copyObject", DynptrKfuncs::copyObject);
        add("bpf_dynptr_copy", "copy", DynptrKfuncs::copy);
        add("bpf_dynptr_memset", "fill", DynptrKfuncs::fill);
    }

    private static void add(String name, String method, dev.skep.runtime.helper.HelperFunction function) {
        KfuncTable.add(name, DynptrKfuncs.class, method, function);
    }

    public static long fromSkb(RunContext cx, long skb, long flags, long p, long r4, long r5) {
        return DynptrAccess.fromSkb(
                cx, skb, flags, p, !writesPackets(cx.program().spec().type()));
    }

    /** True for the program types that may write packet data through an skb. */
    private static boolean writesPackets(ProgramType type) {
        return switch (type) {
            case SCHED_CLS, SCHED_ACT, LWT_XMIT, SK_SKB -> true;
            default -> false;
        };
    }

    public static long fromXdp(RunContext cx, long xdp, long flags, long p, long r4, long r5) {
        return DynptrAccess.fromXdp(cx, xdp, flags, p);
    }

    public static long fromSkbMeta(RunContext cx, long skb, long flags, long p, long r4, long r5) {
        return DynptrAccess.fromSkbMeta(cx, skb, flags, p);
    }

    public static long fromFile(RunContext cx, long file, long flags, long p, long r4, long r5) {
        return FileRegion.open(cx, file, flags, p);
    }

    public static long discardFile(RunContext cx, long p, long r2, long r3, long r4, long r5) {
        FileRegion.discard(cx, p);
        return 0;
    }

    public static long slice(RunContext cx, long p, long offset, long buffer, long size, long r5) {
        return DynptrAccess.slice(cx, p, offset, buffer, size);
    }

    public static long sliceWritable(RunContext cx, long p, long offset, long buffer, long size, long r5) {
        return DynptrAccess.sliceWritable(cx, p, offset, buffer, size);
    }

    public static long adjust(RunContext cx, long p, long start, long end, long r4, long r5) {
        return Dynptr.adjust(
                cx.memory(),
                p,
                start & cx.program().sizeMask(),
                end & cx.program().sizeMask());
    }

    public static long isNull(RunContext cx, long p, long r2, long r3, long r4, long r5) {
        return Dynptr.isNull(cx.memory(), p) ? 1 : 0;
    }

    public static long isReadOnly(RunContext cx, long p, long r2, long r3, long r4, long r5) {
        return Dynptr.isReadOnly(cx.memory(), p) ? 1 : 0;
    }

    public static long size(RunContext cx, long p, long r2, long r3, long r4, long r5) {
        return (Dynptr.isNull(cx.memory(), p) ? -Errno.EINVAL : Dynptr.size(cx.memory(), p))
                & cx.program().sizeMask();
    }

    public static long copyObject(RunContext cx, long from, long to, long r3, long r4, long r5) {
        return Dynptr.copyObject(cx.memory(), from, to);
    }

    public static long copy(RunContext cx, long to, long toOffset, long from, long fromOffset, long size) {
        return DynptrAccess.copy(cx, to, toOffset, from, fromOffset, size);
    }

    public static long fill(RunContext cx, long p, long offset, long size, long value, long r5) {
        return DynptrAccess.fill(cx, p, offset, size, value);
    }
}
