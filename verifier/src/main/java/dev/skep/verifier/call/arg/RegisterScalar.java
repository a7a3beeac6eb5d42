package dev.skep.verifier.call.arg;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/** A number that says how many bytes. */
final class RegisterScalar {
    private RegisterScalar() {}

    /** Requires a number that cannot be negative. */
    static void require(Walk w, int reg, RegState size) {
        if (!size.isScalar()) {
            throw w.reject(Reject.EACCES, "R%d type=%s expected=scalar", reg, size.type.kernelName());
        }
        if (size.var.smin < 0) {
            throw w.reject(Reject.EACCES, "R%d min value is negative, either use unsigned or 'var &= const'", reg);
        }
    }
}
