package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.call.References;
import dev.skep.verifier.call.TypeNames;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** What R0 holds after a kernel function. */
final class KfuncReturn {
    private KfuncReturn() {}

    static void set(Walk w, KfuncMeta meta) {
        KfuncSignature s = meta.signature;
        Btf btf = s.btf();
        boolean pointer = btf.type(s.returnType()) instanceof BtfType.Pointer;
        if (s.is(Kfunc.ACQUIRE) && !pointer) {
            throw w.reject(Reject.EINVAL, "acquire kernel function does not return PTR_TO_BTF_ID");
        }
        if (s.returnType() == 0) {
            return;
        }
        if (!pointer) {
            w.setReg(0, ResilientLocks.isLock(s.kfunc().special()) ? RegState.ZERO : RegState.UNKNOWN);
            return;
        }
        int pointee = btf.resolve(((BtfType.Pointer) btf.type(s.returnType())).type());
        RegState r0 = special(w, meta);
        if (r0 == null) {
            if (pointee == 0) {
                w.setReg(0, RegState.UNKNOWN);
                return;
            }
            r0 = btf.type(pointee) instanceof BtfType.Struct ? object(w, meta, pointee) : memory(w, meta, pointee);
        }
        w.setReg(0, finish(w, meta, r0));
    }

    private static RegState finish(Walk w, KfuncMeta meta, RegState r0) {
        KfuncSignature s = meta.signature;
        boolean nullable =
                s.is(Kfunc.RET_NULL) && !(s.kfunc().special() == KfuncFamily.REFCOUNT_ACQUIRE && meta.ownsObject);
        if (nullable) {
            r0 = r0.withType(r0.type.with(PtrFlags.MAYBE_NULL)).withId(w.nextId());
        }
        if (s.is(Kfunc.ACQUIRE)) {
            int ref = References.acquire(w);
            r0 = nullable ? r0.withId(ref).withRefId(ref) : r0.withRefId(ref);
        } else if (GraphArgs.isNode(s) && r0.type instanceof RegType.BtfPtr) {
            r0 = GraphArgs.nonOwning(w, r0);
        }
        if (r0.id == 0 && mayPointToLock(w, r0)) {
            r0 = r0.withId(w.nextId());
        }
        return r0;
    }

    private static boolean mayPointToLock(Walk w, RegState r0) {
        if (!(r0.type instanceof RegType.BtfPtr p) || !p.has(PtrFlags.ALLOC)) {
            return false;
        }
        for (SpecialField f : w.kernel.specialFields(p.btf(), p.typeId())) {
            if (f.kind() == SpecialField.Kind.SPIN_LOCK || f.kind() == SpecialField.Kind.RES_SPIN_LOCK) {
                return true;
            }
        }
        return false;
    }

    /** Results that the types do not tell; null for all other functions. */
    private static RegState special(Walk w, KfuncMeta meta) {
        return switch (meta.signature.kfunc().special()) {
            case OBJ_NEW, PERCPU_OBJ_NEW -> ObjectCalls.created(w, meta);
            case REFCOUNT_ACQUIRE ->
                RegState.pointer(new RegType.BtfPtr(PtrFlags.ALLOC, meta.objectBtf, meta.objectTypeId));
            case LIST_POP_FRONT,
                    LIST_POP_BACK,
                    LIST_FRONT,
                    LIST_BACK,
                    RBTREE_REMOVE,
                    RBTREE_FIRST,
                    RBTREE_ROOT,
                    RBTREE_LEFT,
                    RBTREE_RIGHT -> GraphArgs.element(meta.root);
            case CAST_TO_KERN_CTX -> ObjectCalls.kernelContext(w);
            case RDONLY_CAST -> ObjectCalls.readOnlyCast(w, meta);
            case DYNPTR_SLICE, DYNPTR_SLICE_RDWR -> DynptrCalls.slice(w, meta);
            default -> null;
        };
    }

    private static RegState object(Walk w, KfuncMeta meta, int struct) {
        KfuncSignature s = meta.signature;
        int flags = s.is(Kfunc.ITER_NEXT)
                ? IteratorCalls.elementFlags(w, meta)
                : s.name().equals("bpf_get_kmem_cache")
                        ? PtrFlags.UNTRUSTED
                        : s.is(Kfunc.RCU_PROTECTED) ? PtrFlags.RCU : 0;
        return RegState.pointer(new RegType.BtfPtr(flags, s.btf(), struct));
    }

    private static RegState memory(Walk w, KfuncMeta meta, int pointee) {
        KfuncSignature s = meta.signature;
        long size = meta.returnSize;
        boolean readOnly = meta.returnReadOnly;
        if (size == 0 && s.btf().sizeOf(pointee) > 0) {
            size = s.btf().sizeOf(pointee);
            readOnly = !s.is(Kfunc.WRITABLE_RESULT);
        }
        if (size == 0) {
            throw w.reject(
                    Reject.EINVAL,
                    "kernel function %s returns pointer type %s %s is not supported",
                    s.name(),
                    TypeNames.kind(s.btf().type(pointee)),
                    s.btf().type(pointee).name());
        }
        RegState r0 = RegState.pointer(new RegType.Mem(readOnly ? PtrFlags.RDONLY : 0, (int) size, 0));
        return meta.refId != 0 ? r0.withRefId(meta.refId) : r0;
    }
}
