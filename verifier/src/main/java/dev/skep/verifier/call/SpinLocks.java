package dev.skep.verifier.call;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.call.arg.FieldArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Spin locks, plain and resilient: taking, giving back in order, and what may be called meanwhile. */
public final class SpinLocks {
    private SpinLocks() {}

    /** Takes the lock that register {@code reg} points to, already of a type that may own one. */
    public static void lock(Walk w, int reg, Reference.Kind kind) {
        Object owner = owner(w, reg, kind);
        VerifierState s = w.state;
        RegState r = w.reg(reg);
        if (kind == Reference.Kind.SPIN_LOCK) {
            if (s.references.stream().anyMatch(x -> x.kind() == Reference.Kind.SPIN_LOCK)) {
                throw w.reject(Reject.EINVAL, "Locking two bpf_spin_locks are not allowed");
            }
        } else if (s.references.stream().anyMatch(x -> x.isLock() && x.target() == owner && x.targetId() == r.id)) {
            throw w.reject(Reject.EINVAL, "Acquiring the same lock again, AA deadlock detected");
        }
        s.references.add(new Reference(kind, r.id, w.insn, owner, r.id));
    }

    /** Gives back the lock that register {@code reg} points to: it must be held, and the innermost. */
    public static void unlock(Walk w, int reg, Reference.Kind kind) {
        Object owner = owner(w, reg, kind);
        RegState r = w.reg(reg);
        String name = fieldKind(kind).kernelName().replace("_lock", "");
        Reference active = w.state.activeLock();
        if (active == null) {
            throw w.reject(Reject.EINVAL, "%s_unlock without taking a lock", name);
        }
        Reference held = null;
        for (Reference x : w.state.references) {
            if (x.kind() == kind && x.target() == owner && x.targetId() == r.id) {
                held = x;
            }
        }
        if (held == null) {
            throw w.reject(Reject.EINVAL, "%s_unlock of different lock", name);
        }
        if (held != active) {
            throw w.reject(Reject.EINVAL, "%s_unlock cannot be out of order", name);
        }
        w.state.references.remove(w.state.references.lastIndexOf(held));
        References.invalidateNonOwning(w);
    }

    /** True in a callback of a tree operation, where the lock must stay held. */
    public static boolean inTreeCallback(Walk w) {
        Frame f = w.frame();
        return f.inCallback
                && w.code.at(f.callSite) instanceof Instruction.Call call
                && call.kind() == Instruction.Call.Kind.KFUNC
                && w.kernel.kfunc(call.imm()) instanceof Kfunc k
                && k.special() == KfuncFamily.RBTREE_ADD;
    }

    /** Rejects a call that may not be made while a lock is held. */
    public static void requireCallAllowed(Walk w, Instruction.Call call) {
        if (w.state.activeLock() == null) {
            return;
        }
        boolean allowed = switch (call.kind()) {
            case HELPER -> call.imm() == HelperId.SPIN_UNLOCK;
            case KFUNC -> call.offset() == 0 && w.kernel.kfunc(call.imm()) instanceof Kfunc k && kfuncAllowed(k);
            case SUBPROGRAM, UNKNOWN -> true;
        };
        if (!allowed) {
            throw w.reject(Reject.EINVAL, "function calls are not allowed while holding a lock");
        }
    }

    private static boolean kfuncAllowed(Kfunc k) {
        return switch (k.special()) {
            case LIST_PUSH_FRONT,
                    LIST_PUSH_BACK,
                    LIST_POP_FRONT,
                    LIST_POP_BACK,
                    LIST_FRONT,
                    LIST_BACK,
                    RBTREE_ADD,
                    RBTREE_REMOVE,
                    RBTREE_FIRST,
                    RBTREE_ROOT,
                    RBTREE_LEFT,
                    RBTREE_RIGHT,
                    REFCOUNT_ACQUIRE,
                    RES_SPIN_LOCK,
                    RES_SPIN_UNLOCK,
                    RES_SPIN_LOCK_IRQSAVE,
                    RES_SPIN_UNLOCK_IRQRESTORE -> true;
            default -> k.name().startsWith("bpf_iter_num_");
        };
    }

    private static SpecialField.Kind fieldKind(Reference.Kind kind) {
        return kind == Reference.Kind.SPIN_LOCK ? SpecialField.Kind.SPIN_LOCK : SpecialField.Kind.RES_SPIN_LOCK;
    }

    private static Object owner(Walk w, int reg, Reference.Kind kind) {
        FieldArg.require(w, reg, fieldKind(kind));
        return switch (w.reg(reg).type) {
            case RegType.MapValue v -> v.map();
            case RegType.BtfPtr p -> p.btf();
            default -> throw new IllegalStateException("not a lock owner: " + w.reg(reg).type);
        };
    }
}
