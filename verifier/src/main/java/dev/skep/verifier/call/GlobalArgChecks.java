package dev.skep.verifier.call;

import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.arg.BtfArg;
import dev.skep.verifier.call.arg.DynptrArg;
import dev.skep.verifier.call.arg.PointerOffset;
import dev.skep.verifier.cfg.Subprogram;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.insn.NullCheck;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** The registers at a call compared with the callee's prototype. */
final class GlobalArgChecks {
    private GlobalArgChecks() {}

    /** Why the arguments do not fit, null if they do. */
    static Reject problem(Walk w, Subprogram callee) {
        GlobalArgs rules = GlobalArgs.of(w, callee);
        if (!rules.ok()) {
            return Reject.at(w.insn, rules.errno(), rules.problem());
        }
        try {
            for (int i = 0; i < rules.args().size(); i++) {
                check(w, i + 1, rules.args().get(i));
            }
            return null;
        } catch (Reject r) {
            return r;
        }
    }

    private static void check(Walk w, int reg, GlobalArgs.Arg rule) {
        RegState r = w.reg(reg);
        switch (rule) {
            case GlobalArgs.Arg.Scalar _ -> {
                if (!r.isScalar()) {
                    throw w.reject(Reject.EINVAL, "R%d is not a scalar", reg);
                }
            }
            case GlobalArgs.Arg.Context _ -> {
                PointerOffset.requireForCall(w, reg, false);
                if (!(r.type instanceof RegType.Ctx c) || c.flags() != 0) {
                    throw w.reject(Reject.EINVAL, "arg#%d expects pointer to ctx", reg - 1);
                }
            }
            case GlobalArgs.Arg.Memory m -> {
                PointerOffset.requireForCall(w, reg, false);
                try {
                    memory(w, reg, (int) m.size());
                } catch (Reject refused) {
                    throw Reject.at(refused.insn, Reject.EINVAL, refused.text);
                }
                if (!m.nullable() && r.type.maybeNull()) {
                    throw w.reject(Reject.EINVAL, "arg#%d is expected to be non-NULL", reg - 1);
                }
            }
            case GlobalArgs.Arg.UntrustedMemory _ -> {
                // Reads of it are probed: any value is safe.
            }
            case GlobalArgs.Arg.KernelObject o -> {
                if (o.trusted() && !(o.nullable() && r.isNull())) {
                    BtfArg.require(w, reg, o.nullable() ? PtrFlags.MAYBE_NULL : 0, o.nullable(), o.typeId(), false);
                    PointerOffset.requireForCall(w, reg, false);
                }
            }
            case GlobalArgs.Arg.ArenaAddress _ -> {
                if (!(r.type instanceof RegType.Arena) && !r.isScalar()) {
                    throw w.reject(Reject.EINVAL, "R%d is not a pointer to arena or scalar.", reg);
                }
            }
            case GlobalArgs.Arg.ConstDynptr _ -> {
                PointerOffset.requireForCall(w, reg, false);
                DynptrArg.requireInitialised(w, reg, null, true);
            }
        }
    }

    /** Readable and writable memory of this size; NULL will do, and a maybe-null pointer is taken as if it were not. */
    static void memory(Walk w, int reg, int size) {
        RegState r = w.reg(reg);
        if (r.isNull()) {
            return;
        }
        w.frame().regs[reg] = r.type.maybeNull() ? NullCheck.notNull(w, r) : r;
        try {
            MemoryAccess.region(w, reg, size, false, true, null);
            MemoryAccess.region(w, reg, size, true, true, null);
        } finally {
            w.frame().regs[reg] = r;
        }
    }
}
