package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/** Limits on the offset of pointers that must not have been moved, or moved by constants only. */
public final class PointerOffset {
    /** Offsets of pointers stay below this in magnitude: 2^29 bytes. */
    public static final int LIMIT = 1 << 29;

    private PointerOffset() {}

    /** The pointer must be as it was handed out. */
    public static void requireNone(Walk w, int regNumber, RegState reg) {
        require(w, regNumber, reg, false);
    }

    /**
     * The pointer must not have been moved by an unknown amount, nor backwards; nor at all unless {@code fixedAllowed}.
     */
    public static void require(Walk w, int regNumber, RegState reg, boolean fixedAllowed) {
        if (reg.off < 0) {
            throw w.reject(
                    Reject.EACCES,
                    "negative offset %s ptr R%d off=%d disallowed",
                    reg.type.kernelName(),
                    regNumber,
                    reg.off);
        }
        if (!fixedAllowed && reg.off != 0) {
            throw w.reject(
                    Reject.EACCES,
                    "dereference of modified %s ptr R%d off=%d disallowed",
                    reg.type.kernelName(),
                    regNumber,
                    reg.off);
        }
        if (!reg.var.isConst(0)) {
            throw w.reject(Reject.EACCES, "variable %s access var_off=%s disallowed", reg.type.kernelName(), bits(reg));
        }
    }

    /** The known bits of the variable part, as the kernel prints them. */
    public static String bits(RegState reg) {
        return reg.var.var.toString();
    }
}
