package dev.skep.verifier.call;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.StackNotes;
import dev.skep.verifier.call.kfunc.KfuncCall;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.walk.Walk;

/** One call instruction: what holds for all calls, then the kind of callee. */
public final class CallStep {
    private CallStep() {}

    public static void step(Walk w, Instruction.Call call) {
        if (call.reserved() || call.kind() == Instruction.Call.Kind.UNKNOWN) {
            throw w.reject(Reject.EINVAL, "BPF_CALL uses reserved fields");
        }
        SpinLocks.requireCallAllowed(w, call);
        if (call.kind() != Instruction.Call.Kind.SUBPROGRAM
                || w.layout.subprogramOf(w.insn + 1 + call.imm()).isGlobal()) {
            StackNotes.arguments(w);
        }
        switch (call.kind()) {
            case HELPER -> HelperCall.step(w, call);
            case KFUNC -> KfuncCall.step(w, call);
            case SUBPROGRAM -> SubprogramCall.step(w, call);
            case UNKNOWN -> throw new IllegalStateException();
        }
    }
}
