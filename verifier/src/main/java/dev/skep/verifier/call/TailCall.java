package dev.skep.verifier.call;

import dev.skep.object.uapi.MapType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/** {@code bpf_tail_call}: into another program, or, when there is none, on with the next instruction. */
final class TailCall {
    private TailCall() {}

    /** Map and index of the call. */
    static void requireTarget(Walk w, CallMeta meta) {
        if (meta.map.type() != MapType.PROG_ARRAY) {
            // The kernel prints this sentence without a newline: the statistics line follows on the same line.
            throw Reject.withoutNewline(w.insn, Reject.EINVAL, "expected prog array map for tail call");
        }
        RegState index = w.reg(3);
        if (index.isConst()
                && Long.compareUnsigned(index.var.constValue(), Integer.toUnsignedLong(meta.map.maxEntries())) < 0) {
            w.explore.markPrecise(3);
        }
    }

    /**
     * Effect, after R0 to R5 were cleared: nothing may be held. In a subprogram the callee's program ends the
     * subprogram with any result, so the path where the call succeeded goes on after the subprogram's own call.
     */
    static void finish(Walk w) {
        if (w.state.currentFrame() == 0) {
            return;
        }
        w.explore.push(w.following(), w.insn, false);
        PacketInvalidation.clear(w);
        w.setReg(0, RegState.UNKNOWN);
        ExitStep.returnToCaller(w);
        w.touchedRegs = 1;
        w.touchedSlots = 0;
    }
}
