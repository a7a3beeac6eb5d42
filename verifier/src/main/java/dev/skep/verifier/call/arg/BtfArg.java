package dev.skep.verifier.call.arg;

import dev.skep.object.btf.Btf;
import dev.skep.verifier.access.BtfWalk;
import dev.skep.verifier.call.RegisterTypes;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** A pointer to a kernel struct. */
public final class BtfArg {
    private BtfArg() {}

    /**
     * Requires a pointer to kernel struct {@code typeId}, trusted or in RCU protection or of old style.
     *
     * @param nullable the argument may be NULL
     * @param release the pointer is given back: the struct must be exactly this one, and not NULL
     */
    public static void require(Walk w, int reg, int ignored, boolean nullable, int typeId, boolean release) {
        RegisterTypes.BTF.expect(w, reg, ignored);
        requireStruct(w, reg, nullable, typeId, release);
    }

    /** The struct of a register that is known to be an accepted BTF pointer. */
    public static void requireStruct(Walk w, int reg, boolean nullable, int typeId, boolean release) {
        RegState r = w.reg(reg);
        requireNonNull(w, reg, nullable && !release);
        RegType.BtfPtr p = (RegType.BtfPtr) r.type;
        Btf kernel = w.kernel.btf();
        if (!BtfWalk.idsMatch(w, p.btf(), p.typeId(), r.off, kernel, typeId, release)) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d is of type %s but %s is expected",
                    reg,
                    p.structName(),
                    kernel.type(typeId) == null ? "" : kernel.type(typeId).name());
        }
    }

    static void requireNonNull(Walk w, int reg, boolean nullAllowed) {
        if (!nullAllowed && w.reg(reg).type.has(PtrFlags.MAYBE_NULL)) {
            throw w.reject(Reject.EACCES, "Possibly NULL pointer passed to helper arg%d", reg);
        }
    }
}
