package dev.skep.verifier.call.arg;

import dev.skep.kernel.DynptrType;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * A {@code struct bpf_dynptr}: to be made, read, or released. Messages count arguments from 0 where the kernel does.
 */
public final class DynptrArg {
    private DynptrArg() {}

    /** Requires a register that can be a dynptr at all. */
    public static void requireKind(Walk w, int reg) {
        RegType t = w.reg(reg).type;
        if (!(t instanceof RegType.Stack) && !(t instanceof RegType.DynptrPtr)) {
            throw w.reject(Reject.EINVAL, "arg#%d expected pointer to stack or const struct bpf_dynptr", reg - 1);
        }
    }

    /**
     * Requires a place for a new dynptr and makes it.
     *
     * @param cloneOfRef reference of the dynptr that it becomes a clone of, 0: none
     */
    public static SlotObject.Dynptr initialise(Walk w, int reg, DynptrType type, int cloneOfRef) {
        requireKind(w, reg);
        RegState r = w.reg(reg);
        String problem = r.type instanceof RegType.Stack ? DynptrSlots.offsetProblem(r, 2, "dynptr") : "";
        if (problem != null) {
            throw w.reject(
                    Reject.EINVAL,
                    "%sDynptr has to be an uninitialized dynptr",
                    problem.isEmpty() ? "" : problem + "\n");
        }
        return DynptrSlots.initialise(w, reg, type, cloneOfRef);
    }

    /**
     * Requires an initialised dynptr.
     *
     * @param type the only type that will do, null: any
     * @param readOnly the callee does not change the dynptr itself: a const one will do
     */
    public static SlotObject.Dynptr requireInitialised(Walk w, int reg, DynptrType type, boolean readOnly) {
        requireKind(w, reg);
        RegState r = w.reg(reg);
        if (r.type instanceof RegType.DynptrPtr && !readOnly) {
            throw w.reject(Reject.EINVAL, "cannot pass pointer to const bpf_dynptr, the helper mutates it");
        }
        SlotObject.Dynptr d = DynptrSlots.of(w, r);
        if (d == null) {
            String problem = r.type instanceof RegType.Stack ? DynptrSlots.offsetProblem(r, 2, "dynptr") : null;
            throw w.reject(
                    Reject.EINVAL,
                    "%sExpected an initialized dynptr as arg #%d",
                    problem == null ? "" : problem + "\n",
                    reg - 1);
        }
        if (type != null && d.type() != type) {
            throw w.reject(Reject.EINVAL, "Expected a dynptr of type %s as arg #%d", type.kernelName(), reg - 1);
        }
        DynptrSlots.markRead(w, r);
        return d;
    }

    /** First check of a dynptr that is given back: on the stack, and holding a reference. */
    public static void requireAcquired(Walk w, int reg) {
        RegState r = w.reg(reg);
        if (!(r.type instanceof RegType.Stack)) {
            throw w.reject(Reject.EINVAL, "cannot release unowned const bpf_dynptr");
        }
        String problem = DynptrSlots.offsetProblem(r, 2, "dynptr");
        int spi = problem == null ? DynptrSlots.spi(r) : -1;
        var frame = DynptrSlots.frameOf(w, r);
        boolean held = problem == null && frame.slot(spi).object instanceof SlotObject object && object.refId() != 0;
        if (!held) {
            throw w.reject(
                    Reject.EINVAL, "%sarg %d is an unacquired reference", problem == null ? "" : problem + "\n", reg);
        }
    }
}
