package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** Buffers whose size is known only when the program is attached: the offset must be a constant, not negative. */
final class BufAccess {
    private BufAccess() {}

    /** Checks an access at {@code off}, the register's fixed offset included. */
    static void require(Walk w, int base, RegState reg, int off, int size) {
        if (off < 0) {
            throw w.reject(
                    Reject.EACCES, "R%d invalid %s buffer access: off=%d, size=%d", base, word(reg.type), off, size);
        }
        if (!reg.var.isConst(0)) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d invalid variable buffer offset: off=%d, var_off=%s",
                    base,
                    off,
                    PointerOffset.bits(reg));
        }
    }

    private static String word(RegType type) {
        return type instanceof RegType.TpBuffer ? "tracepoint" : type.has(PtrFlags.RDONLY) ? "rdonly" : "rdwr";
    }
}
