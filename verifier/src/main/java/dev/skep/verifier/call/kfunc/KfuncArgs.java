package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.kernel.map.SpecialField;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.TypeNames;
import dev.skep.verifier.call.arg.FieldArg;
import dev.skep.verifier.call.arg.PointerOffset;
import dev.skep.verifier.call.arg.StringArg;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * The arguments of a kernel function, one after the other: trust first, then offset, then what the class demands. A
 * register that was never set is not refused as such: it is just no good for any class.
 */
final class KfuncArgs {
    private KfuncArgs() {}

    static void check(Walk w, KfuncMeta meta) {
        KfuncSignature s = meta.signature;
        for (int i = 0; i < s.parameters().size(); i++) {
            if (s.hasSuffix(i, "__ign") || s.hasSuffix(i, "__prog")) {
                continue;
            }
            int reg = i + 1;
            if (s.isScalar(i)) {
                scalar(w, meta, i);
            } else if (s.pointee(i) < 0) {
                throw w.reject(
                        Reject.EINVAL,
                        "Unrecognized arg#%d type %s",
                        i,
                        TypeNames.kind(s.btf().resolved(s.parameters().get(i).type())));
            } else if (pointer(w, meta, i, reg) == KfuncArgClass.SIZED_MEMORY) {
                i++;
            }
        }
        if (s.is(Kfunc.RELEASE) && meta.releaseReg == 0) {
            throw w.reject(Reject.EINVAL, "release kernel function %s expects refcounted PTR_TO_BTF_ID", s.name());
        }
    }

    private static void scalar(Walk w, KfuncMeta meta, int i) {
        int reg = i + 1;
        RegState r = w.reg(reg);
        if (!r.isScalar()) {
            throw w.reject(Reject.EINVAL, "R%d is not a scalar", reg);
        }
        KfuncSignature s = meta.signature;
        if (s.hasSuffix(i, "__k")) {
            requireConstant(w, reg);
            w.explore.markPrecise(reg);
            meta.constant = r.var.constValue();
        } else if (s.hasSuffix(i, "rdonly_buf_size") || s.hasSuffix(i, "rdwr_buf_size")) {
            if (!r.var.isConst()) {
                throw w.reject(Reject.EINVAL, "R%d is not a const", reg);
            }
            w.explore.markPrecise(reg);
            meta.returnSize = r.var.constValue();
            meta.returnReadOnly = s.hasSuffix(i, "rdonly_buf_size");
        }
    }

    private static void requireConstant(Walk w, int reg) {
        if (!w.reg(reg).isScalar() || !w.reg(reg).var.isConst()) {
            throw w.reject(Reject.EINVAL, "R%d must be a known constant", reg);
        }
    }

    private static KfuncArgClass pointer(Walk w, KfuncMeta meta, int i, int reg) {
        KfuncSignature s = meta.signature;
        RegState r = w.reg(reg);
        boolean demanding = s.kfunc().trustsArgs() || s.is(Kfunc.RCU);
        if (demanding && (r.isNull() || r.type.maybeNull()) && !s.isNullable(i) && !s.isOptional(i)) {
            throw w.reject(Reject.EACCES, "Possibly NULL pointer passed to trusted arg%d", i);
        }
        if (r.refId != 0) {
            meta.refId = r.refId;
            if (s.is(Kfunc.RELEASE)) {
                meta.releaseReg = reg;
            }
        }
        KfuncArgClass kind = KfuncArgClass.of(w, s, i, r);
        if (kind == KfuncArgClass.NULL) {
            return kind;
        }
        if (kind == KfuncArgClass.MAP && !mapPointer(w, meta, reg)) {
            throw w.reject(Reject.EINVAL, "pointer in R%d isn't map pointer", reg);
        }
        if (demanding && needsTrust(kind)) {
            trust(w, s, reg, r);
        }
        PointerOffset.requireForCall(w, reg, s.is(Kfunc.RELEASE) && r.refId != 0);
        switch (kind) {
            case CONTEXT -> context(w, i, r);
            case ALLOCATED_OBJECT -> allocated(w, meta, i, r);
            case REFCOUNTED_OBJECT -> refcounted(w, meta, i, r);
            case DYNPTR -> DynptrCalls.argument(w, meta, i);
            case ITERATOR -> IteratorCalls.argument(w, meta, i);
            case LIST_HEAD, RB_ROOT -> GraphArgs.root(w, meta, i, kind);
            case LIST_NODE, RB_NODE -> GraphArgs.node(w, meta, i, kind);
            case STRING -> string(w, i, r);
            case WORKQUEUE -> field(w, meta, i, r, SpecialField.Kind.WORKQUEUE);
            case TASK_WORK -> field(w, meta, i, r, SpecialField.Kind.TASK_WORK);
            case TIMER -> field(w, meta, i, r, SpecialField.Kind.TIMER);
            case IRQ_FLAG -> IrqFlags.argument(w, meta, reg);
            case RES_SPIN_LOCK -> ResilientLocks.argument(w, meta, i);
            case MAP, KERNEL_OBJECT -> KernelObjectArg.require(w, s, i, kind == KfuncArgClass.MAP);
            case CALLBACK -> callback(w, meta, i, r);
            case MEMORY -> memory(w, s, i, r);
            case SIZED_MEMORY -> sized(w, meta, i, r);
            case NULL -> throw new IllegalStateException();
        }
        return kind;
    }

    /** A map, or a kernel object that {@link KernelObjectArg} then finds to be a map or not. */
    private static boolean mapPointer(Walk w, KfuncMeta meta, int reg) {
        if (w.reg(reg).type instanceof RegType.BtfPtr) {
            return true;
        }
        if (!(w.reg(reg).type instanceof RegType.MapPtr m)) {
            return false;
        }
        if (meta.map != null && (meta.map != m.map() || meta.mapUid != m.uid())) {
            for (SpecialField f : w.kernel.specialFields(m.map())) {
                if (f.kind() == SpecialField.Kind.WORKQUEUE || f.kind() == SpecialField.Kind.TASK_WORK) {
                    throw w.reject(
                            Reject.EINVAL,
                            "%s pointer in R1 map_uid=%d doesn't match map pointer in R2 map_uid=%d",
                            f.kind() == SpecialField.Kind.WORKQUEUE ? "workqueue" : "bpf_task_work",
                            meta.mapUid,
                            m.uid());
                }
            }
        }
        meta.map = m.map();
        meta.mapUid = m.uid();
        return true;
    }

    private static boolean needsTrust(KfuncArgClass kind) {
        return kind == KfuncArgClass.MAP
                || kind == KfuncArgClass.ALLOCATED_OBJECT
                || kind == KfuncArgClass.KERNEL_OBJECT;
    }

    private static void trust(Walk w, KfuncSignature s, int reg, RegState r) {
        if (isTrusted(r)) {
            return;
        }
        if (!s.is(Kfunc.RCU)) {
            throw w.reject(Reject.EINVAL, "R%d must be referenced or trusted", reg);
        }
        if (!r.type.has(PtrFlags.RCU)) {
            throw w.reject(Reject.EINVAL, "R%d must be a rcu pointer", reg);
        }
    }

    /** Flags that make a pointer good to pass on; any other flag makes it bad. */
    private static final int TRUST = PtrFlags.ALLOC | PtrFlags.TRUSTED | PtrFlags.NON_OWN_REF;

    static boolean isTrusted(RegState r) {
        if (r.refId != 0) {
            return true;
        }
        boolean unsafe = (r.type.flags() & ~TRUST) != 0;
        return KfuncArgClass.structOf(r.type) != null && !unsafe || r.type.has(TRUST) && !unsafe;
    }

    private static void context(Walk w, int i, RegState r) {
        if (!(r.type instanceof RegType.Ctx)) {
            throw w.reject(Reject.EINVAL, "arg#%d expected pointer to ctx, but got %s", i, r.type.kernelName());
        }
    }

    private static void allocated(Walk w, KfuncMeta meta, int i, RegState r) {
        KfuncFamily family = meta.signature.kfunc().special();
        if (!(r.type instanceof RegType.BtfPtr p) || (p.flags() & ~PtrFlags.PERCPU) != PtrFlags.ALLOC) {
            throw w.reject(Reject.EINVAL, "arg#%d expected pointer to allocated object", i);
        }
        boolean percpu = p.has(PtrFlags.PERCPU);
        if (!percpu && family != KfuncFamily.OBJ_DROP) {
            throw w.reject(Reject.EINVAL, "arg#%d expected for bpf_obj_drop()", i);
        }
        if (percpu && family != KfuncFamily.PERCPU_OBJ_DROP) {
            throw w.reject(Reject.EINVAL, "arg#%d expected for bpf_percpu_obj_drop()", i);
        }
        if (r.refId == 0) {
            throw w.reject(Reject.EINVAL, "allocated object must be referenced");
        }
        meta.objectBtf = p.btf();
        meta.objectTypeId = p.typeId();
    }

    private static void refcounted(Walk w, KfuncMeta meta, int i, RegState r) {
        if (!(r.type instanceof RegType.BtfPtr p) || !p.has(PtrFlags.ALLOC)) {
            throw w.reject(Reject.EINVAL, "arg#%d is neither owning or non-owning ref", i);
        }
        meta.ownsObject = !p.has(PtrFlags.NON_OWN_REF);
        List<SpecialField> fields = w.kernel.specialFields(p.btf(), p.typeId());
        if (fields.isEmpty()) {
            throw w.reject(Reject.EFAULT, "verifier bug: Couldn't find btf_record");
        }
        if (fields.stream().noneMatch(f -> f.kind() == SpecialField.Kind.REFCOUNT)) {
            throw w.reject(Reject.EINVAL, "arg#%d doesn't point to a type with bpf_refcount field", i);
        }
        meta.objectBtf = p.btf();
        meta.objectTypeId = p.typeId();
    }

    private static void string(Walk w, int i, RegState r) {
        if (!(r.type instanceof RegType.MapValue)) {
            throw w.reject(Reject.EINVAL, "arg#%d doesn't point to a const string", i);
        }
        StringArg.require(w, i + 1);
    }

    private static void field(Walk w, KfuncMeta meta, int i, RegState r, SpecialField.Kind kind) {
        if (!(r.type instanceof RegType.MapValue v)) {
            throw w.reject(Reject.EINVAL, "arg#%d doesn't point to a map value", i);
        }
        FieldArg.require(w, i + 1, kind);
        meta.map = v.map();
        meta.mapUid = v.uid();
    }

    private static void callback(Walk w, KfuncMeta meta, int i, RegState r) {
        if (!(r.type instanceof RegType.Func f)) {
            throw w.reject(Reject.EINVAL, "arg%d expected pointer to func", i);
        }
        meta.subprogram = f.subprogram();
    }

    private static void memory(Walk w, KfuncSignature s, int i, RegState r) {
        int pointee = s.pointee(i);
        long size = s.btf().sizeOf(pointee);
        if (size < 0) {
            throw w.reject(
                    Reject.EINVAL,
                    "arg#%d reference type('%s %s') size cannot be determined: -22",
                    i,
                    TypeNames.kind(s.btf().type(pointee)),
                    s.btf().type(pointee).name());
        }
        if (r.isNull()) {
            return;
        }
        nonNull(w, i + 1, () -> {
            MemoryAccess.region(w, i + 1, (int) size, false, true, null);
            MemoryAccess.region(w, i + 1, (int) size, true, true, null);
        });
    }

    private static void sized(Walk w, KfuncMeta meta, int i, RegState r) {
        KfuncSignature s = meta.signature;
        int sizeReg = i + 2;
        if (!(r.isNull() && s.isOptional(i))) {
            try {
                nonNull(w, i + 1, () -> {
                    MemoryAccess.sized(w, i + 1, sizeReg, false, true, null);
                    MemoryAccess.sized(w, i + 1, sizeReg, true, true, null);
                });
            } catch (Reject e) {
                throw Reject.at(
                        e.insn,
                        e.errno,
                        e.text + Message.of("arg#%d arg#%d memory, len pair leads to invalid memory access", i, i + 1));
            }
        }
        if (s.hasSuffix(i + 1, "__szk")) {
            requireConstant(w, sizeReg);
            meta.constant = w.reg(sizeReg).var.constValue();
        }
    }

    /** Checks memory as it would be once it is known not to be NULL: the callee looks for itself. */
    private static void nonNull(Walk w, int reg, Runnable check) {
        RegState saved = w.reg(reg);
        if (saved.type.maybeNull()) {
            w.frame().regs[reg] = saved.withType(saved.type.without(PtrFlags.MAYBE_NULL));
        }
        check.run();
        w.frame().regs[reg] = saved;
    }
}
