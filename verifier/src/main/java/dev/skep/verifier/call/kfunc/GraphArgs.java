package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.access.BtfWalk;
import dev.skep.verifier.call.SpinLocks;
import dev.skep.verifier.call.arg.FieldArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Lists and red-black trees: heads, roots and nodes as arguments. The lock of the same allocation must be held. */
final class GraphArgs {
    private GraphArgs() {}

    /** A list head or tree root in a map value or allocated object. */
    static void root(Walk w, KfuncMeta meta, int i, KfuncArgClass kind) {
        RegState r = w.reg(i + 1);
        boolean allocated = r.type instanceof RegType.BtfPtr p && p.flags() == PtrFlags.ALLOC;
        if (!(r.type instanceof RegType.MapValue v && v.flags() == 0) && !allocated) {
            throw w.reject(Reject.EINVAL, "arg#%d expected pointer to map value or allocated object", i);
        }
        if (allocated && r.refId == 0) {
            throw w.reject(Reject.EINVAL, "allocated object must be referenced");
        }
        SpecialField.Kind wanted =
                kind == KfuncArgClass.LIST_HEAD ? SpecialField.Kind.LIST_HEAD : SpecialField.Kind.RB_ROOT;
        String name = wanted.kernelName();
        requireConstantOffset(w, i + 1, name);
        long off = r.off + r.var.constValue();
        SpecialField field = fieldAt(w, r, off, wanted);
        if (field == null) {
            throw w.reject(Reject.EINVAL, "%s not found at offset=%d", name, off & 0xffff_ffffL);
        }
        requireLock(w, r, name);
        meta.root = field;
    }

    private static void requireConstantOffset(Walk w, int reg, String name) {
        if (!w.reg(reg).var.isConst()) {
            throw w.reject(
                    Reject.EINVAL, "R%d doesn't have constant offset. %s has to be at the constant offset", reg, name);
        }
    }

    private static SpecialField fieldAt(Walk w, RegState r, long off, SpecialField.Kind kind) {
        for (SpecialField f : FieldArg.fields(w, r)) {
            if (f.kind() == kind && f.offset() == off) {
                return f;
            }
        }
        return null;
    }

    private static void requireLock(Walk w, RegState r, String name) {
        Object owner = r.type instanceof RegType.MapValue v ? v.map() : ((RegType.BtfPtr) r.type).btf();
        boolean any = false;
        for (Reference x : w.state.references) {
            if (x.isLock()) {
                any = true;
                if (x.target() == owner && x.targetId() == r.id) {
                    return;
                }
            }
        }
        int lockOffset = -22;
        for (SpecialField f : FieldArg.fields(w, r)) {
            if (f.kind() == SpecialField.Kind.SPIN_LOCK
                    || f.kind() == SpecialField.Kind.RES_SPIN_LOCK && lockOffset < 0) {
                lockOffset = f.offset();
            }
        }
        throw w.reject(
                Reject.EINVAL,
                "%sbpf_spin_lock at off=%d must be held for %s",
                any ? "held lock and object are not in the same allocation\n" : "",
                lockOffset,
                name);
    }

    /** A node of an object that goes into, or is in, the list or tree. */
    static void node(Walk w, KfuncMeta meta, int i, KfuncArgClass kind) {
        RegState r = w.reg(i + 1);
        boolean list = kind == KfuncArgClass.LIST_NODE;
        if (list || meta.signature.kfunc().special() == KfuncFamily.RBTREE_ADD) {
            if (!(r.type instanceof RegType.BtfPtr p) || p.flags() != PtrFlags.ALLOC) {
                throw w.reject(Reject.EINVAL, "arg#%d expected pointer to allocated object", i);
            }
            if (r.refId == 0) {
                throw w.reject(Reject.EINVAL, "allocated object must be referenced");
            }
        } else {
            String function = meta.signature.name();
            if (!r.type.has(PtrFlags.NON_OWN_REF) && r.refId == 0) {
                throw w.reject(
                        Reject.EINVAL, "%s can only take non-owning or refcounted bpf_rb_node pointer", function);
            }
            if (SpinLocks.inTreeCallback(w)) {
                throw w.reject(Reject.EINVAL, "%s not allowed in rbtree cb", function);
            }
        }
        SpecialField.Kind nodeKind = list ? SpecialField.Kind.LIST_NODE : SpecialField.Kind.RB_NODE;
        requireConstantOffset(w, i + 1, nodeKind.kernelName());
        requireFits(w, meta, r, nodeKind);
    }

    private static void requireFits(Walk w, KfuncMeta meta, RegState r, SpecialField.Kind nodeKind) {
        long off = r.off + r.var.constValue();
        String name = nodeKind.kernelName();
        if (!(r.type instanceof RegType.BtfPtr p) || fieldAt(w, r, off, nodeKind) == null) {
            throw w.reject(Reject.EINVAL, "%s not found at offset=%d", name, off & 0xffff_ffffL);
        }
        SpecialField root = meta.root;
        String contained = root.btf().type(root.typeId()).name();
        if (!BtfWalk.idsMatch(w, p.btf(), p.typeId(), 0, root.btf(), root.typeId(), true)) {
            throw w.reject(
                    Reject.EINVAL,
                    "operation on %s expects arg#1 %s at offset=%d in struct %s, but arg is at offset=%d in struct %s",
                    root.kind().kernelName(),
                    name,
                    root.nodeOffset(),
                    contained,
                    off,
                    p.structName());
        }
        meta.objectBtf = p.btf();
        meta.objectTypeId = p.typeId();
        if (off != root.nodeOffset()) {
            throw w.reject(
                    Reject.EINVAL,
                    "arg#1 offset=%d, but expected %s at offset=%d in struct %s",
                    off,
                    name,
                    root.nodeOffset(),
                    contained);
        }
    }

    /** A pointer to the node of what the list or tree holds. */
    static RegState element(SpecialField root) {
        return RegState.pointer(new RegType.BtfPtr(PtrFlags.ALLOC, root.btf(), root.typeId()), root.nodeOffset(), 0, 0);
    }

    /** A pointer into an object that is in a list or tree: usable while the lock is held. */
    static RegState nonOwning(Walk w, RegState r) {
        RegType.BtfPtr p = (RegType.BtfPtr) r.type;
        boolean counted = w.kernel.specialFields(p.btf(), p.typeId()).stream()
                .anyMatch(f -> f.kind() == SpecialField.Kind.REFCOUNT);
        return r.withType(p.with(PtrFlags.NON_OWN_REF | (counted ? PtrFlags.RCU : 0)))
                .withRefId(0);
    }

    /** The object in {@code reg} now belongs to the list or tree: its owners become non-owning pointers. */
    static void handOver(Walk w, int reg) {
        int ref = w.reg(reg).refId;
        dev.skep.verifier.call.References.forget(w.state, ref);
        dev.skep.verifier.call.DynptrSlots.ownerGone(w, ref);
        w.state.mapRegisters(r -> r.refId == ref && r.type instanceof RegType.BtfPtr ? nonOwning(w, r) : r);
    }

    static boolean isNode(KfuncSignature s) {
        if (!(s.btf().type(s.returnType()) instanceof BtfType.Pointer p)) {
            return false;
        }
        String name = s.btf().type(s.btf().resolve(p.type())).name();
        return name.equals("bpf_rb_node") || name.equals("bpf_list_node");
    }
}
