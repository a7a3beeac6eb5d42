package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.DynptrType;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.call.arg.DynptrArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Dynptr arguments of kernel functions, and the slices that they hand out. */
final class DynptrCalls {
    private DynptrCalls() {}

    static void argument(Walk w, KfuncMeta meta, int i) {
        KfuncSignature s = meta.signature;
        int reg = i + 1;
        if (s.hasSuffix(i, "__uninit")) {
            DynptrType made = switch (s.kfunc().special()) {
                case DYNPTR_FROM_SKB -> DynptrType.SKB;
                case DYNPTR_FROM_XDP -> DynptrType.XDP;
                case DYNPTR_FROM_SKB_META -> DynptrType.SKB_META;
                case DYNPTR_FROM_FILE -> DynptrType.FILE;
                case DYNPTR_ALLOC -> DynptrType.MALLOC;
                case DYNPTR_CLONE -> meta.dynptrType;
                default ->
                    throw w.reject(Reject.EINVAL, "arg#%d expected pointer to stack or const struct bpf_dynptr", i);
            };
            boolean clone = s.kfunc().special() == KfuncFamily.DYNPTR_CLONE;
            DynptrArg.initialise(w, reg, made, clone ? meta.dynptr.refId() : 0);
            if (clone && !meta.dynptr.extent().equals(Extent.UNBOUND)) {
                DynptrSlots.confine(w, w.reg(reg), meta.dynptr.extent());
            }
            return;
        }
        boolean releases = s.kfunc().special() == KfuncFamily.DYNPTR_FILE_DISCARD
                || s.kfunc().special() == KfuncFamily.DYNPTR_PUT;
        if (releases) {
            DynptrArg.requireKind(w, reg);
            if (s.kfunc().special() == KfuncFamily.DYNPTR_PUT || w.reg(reg).type instanceof RegType.DynptrPtr) {
                DynptrArg.requireAcquired(w, reg);
            }
        }
        DynptrType only = switch (s.kfunc().special()) {
            case DYNPTR_FILE_DISCARD -> DynptrType.FILE;
            case DYNPTR_PUT -> DynptrType.MALLOC;
            default -> null;
        };
        meta.dynptr = DynptrArg.requireInitialised(w, reg, only, true);
        meta.dynptrType = meta.dynptr.type();
        if (releases) {
            meta.releaseReg = reg;
        }
    }

    /** Ends the dynptr that register {@code reg} names. */
    static void release(Walk w, int reg) {
        DynptrSlots.destroy(w, w.reg(reg));
    }

    /**
     * True when the function writes through a dynptr over a packet that may have to move for it. Stricter than Linux
     * 6.18, which leaves packet pointers valid after all of these.
     */
    static boolean writesPacket(Walk w, KfuncSignature s) {
        String name = s.name();
        boolean writes = name.equals("bpf_dynptr_copy")
                || name.equals("bpf_dynptr_memset")
                || name.endsWith("_dynptr")
                        && (name.startsWith("bpf_probe_read_") || name.startsWith("bpf_copy_from_user_"));
        return writes
                && DynptrSlots.of(w, w.reg(1)) instanceof SlotObject.Dynptr d
                && (d.type() == DynptrType.SKB || d.type() == DynptrType.SKB_META);
    }

    /** What {@code bpf_dynptr_slice} and its writable sibling return, before the NULL check. */
    static RegState slice(Walk w, KfuncMeta meta) {
        SlotObject.Dynptr d = meta.dynptr;
        int flags = switch (d.type()) {
            case SKB -> PtrFlags.DYNPTR_SKB;
            case XDP -> PtrFlags.DYNPTR_XDP;
            case SKB_META -> PtrFlags.DYNPTR_SKB_META;
            default -> PtrFlags.DYNPTR_OTHER;
        };
        if (meta.signature.kfunc().special() == KfuncFamily.DYNPTR_SLICE) {
            flags |= PtrFlags.RDONLY;
        } else if (!w.kernel.mayWritePacket(w.program.type(), w.program.attachType())) {
            throw w.reject(Reject.EINVAL, "the prog does not allow writes to packet data");
        }
        RegState r0 = RegState.pointer(new RegType.Mem(
                flags, (int) (long) meta.constant, d.id(), d.extent().frame()));
        return r0.withRefId(d.extent().owner());
    }
}
