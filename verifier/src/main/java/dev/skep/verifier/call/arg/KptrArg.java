package dev.skep.verifier.call.arg;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.verifier.access.BtfWalk;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** A slot that holds a kernel pointer, and the pointers that may go into it. */
public final class KptrArg {
    private KptrArg() {}

    /** Requires that the register points at a slot for referenced pointers; notes it in {@code meta}. */
    public static void requireSlot(Walk w, int reg, CallMeta meta) {
        RegState r = w.reg(reg);
        if (r.type instanceof RegType.MapValue v) {
            FieldArg.requireBtf(w, v.map(), "bpf_kptr_xchg");
            meta.map = v.map();
        }
        if (!r.var.isConst()) {
            throw w.reject(
                    Reject.EINVAL, "R%d doesn't have constant offset. kptr has to be at the constant offset", reg);
        }
        long off = r.off + r.var.constValue();
        boolean any = false;
        SpecialField found = null;
        for (SpecialField f : FieldArg.fields(w, r)) {
            if (f.kind().isKptr() && f.kind() != SpecialField.Kind.UPTR) {
                any = true;
                found = f.offset() == off ? f : found;
            }
        }
        if (!any) {
            throw w.reject(Reject.EINVAL, "R%d has no valid kptr", reg);
        }
        if (found == null) {
            throw w.reject(Reject.EACCES, "off=%d doesn't point to kptr", off);
        }
        if (found.kind() == SpecialField.Kind.KPTR_UNREF) {
            throw w.reject(Reject.EACCES, "off=%d kptr isn't referenced kptr", off);
        }
        meta.kptr = found;
    }

    /** Requires that the pointer in the register may be stored in the slot. */
    public static void requireMatch(Walk w, int reg, SpecialField slot) {
        RegState r = w.reg(reg);
        boolean unreferenced = slot.kind() == SpecialField.Kind.KPTR_UNREF;
        if (r.type instanceof RegType.BtfPtr p) {
            int allowed;
            if (isKernel(w, p.btf())) {
                allowed =
                        PtrFlags.MAYBE_NULL | PtrFlags.TRUSTED | PtrFlags.RCU | (unreferenced ? PtrFlags.UNTRUSTED : 0);
            } else {
                allowed = PtrFlags.MAYBE_NULL
                        | PtrFlags.ALLOC
                        | (slot.kind() == SpecialField.Kind.KPTR_PERCPU ? PtrFlags.PERCPU : 0);
            }
            if ((p.flags() & ~allowed) == 0) {
                PointerOffset.requireFixed(w, reg, true);
                boolean exact = slot.kind() == SpecialField.Kind.KPTR_REF;
                if (BtfWalk.idsMatch(w, p.btf(), p.typeId(), r.off, slot.btf(), slot.typeId(), exact)) {
                    return;
                }
            }
        }
        String wanted = slot.btf().type(slot.typeId()).name();
        String type = r.type.kernelName() + (r.type instanceof RegType.BtfPtr p ? p.structName() : "");
        throw w.reject(
                Reject.EACCES,
                "invalid kptr access, R%d type=%s expected=ptr_%s%s",
                reg,
                type,
                wanted,
                unreferenced ? " or untrusted_ptr_" + wanted : "");
    }

    /** True for the kernel's own types, as opposed to the program's. */
    public static boolean isKernel(Walk w, Btf btf) {
        return btf == w.kernel.btf() || btf.base() == w.kernel.btf();
    }
}
