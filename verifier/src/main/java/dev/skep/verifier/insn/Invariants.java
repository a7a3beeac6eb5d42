package dev.skep.verifier.insn;

import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/** What happens when bounds contradict each other, as on a branch that no run takes: all bounds are dropped. */
final class Invariants {
    private Invariants() {}

    /**
     * The register, or one without bounds if its bounds make no sense.
     *
     * @param place the kernel's word for where this was noticed
     */
    static RegState checked(Walk w, RegState reg, String place) {
        ScalarValue v = reg.var;
        if (!v.isBroken()) {
            return reg;
        }
        if (w.log.level() != 0 || strict(w)) {
            w.print(describe(place, v));
        }
        if (strict(w)) {
            throw Reject.at(w.insn, Reject.EFAULT, "");
        }
        if (v.var.isConst() && reg.isScalar()) {
            // known bits stay, and the next operation would derive all ranges from them
            return reg.withVar(ScalarValue.ofConst(v.var.value()));
        }
        return reg.withVar(ScalarValue.of(
                v.var, Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1));
    }

    private static boolean strict(Walk w) {
        return w.bpfCapable && (w.program.flags() & ProgramSpec.F_TEST_REG_INVARIANTS) != 0;
    }

    private static String describe(String place, ScalarValue v) {
        String why;
        if (v.smin > v.smax
                || Long.compareUnsigned(v.umin, v.umax) > 0
                || v.s32min > v.s32max
                || Integer.compareUnsigned(v.u32min, v.u32max) > 0) {
            why = "range bounds violation";
        } else if (v.var.isConst()) {
            why = "const tnum out of sync with range bounds";
        } else {
            why = "const subreg tnum out of sync with range bounds";
        }
        return Message.of(
                "verifier bug: REG INVARIANTS VIOLATION (%s): %s"
                        + " u64=[%s, %s] s64=[%s, %s] u32=[%s, %s] s32=[%s, %s] var_off=(%s, %s)",
                place,
                why,
                hex(v.umin),
                hex(v.umax),
                hex(v.smin),
                hex(v.smax),
                hex(v.u32min),
                hex(v.u32max),
                hex(v.s32min),
                hex(v.s32max),
                hex(v.var.value()),
                hex(v.var.mask()));
    }

    private static String hex(long n) {
        return "0x" + Long.toHexString(n);
    }

    private static String hex(int n) {
        return "0x" + Integer.toHexString(n);
    }
}
