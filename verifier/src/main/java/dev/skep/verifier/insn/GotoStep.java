package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;

/** Unconditional jumps, and {@code may_goto}. */
final class GotoStep {
    private GotoStep() {}

    static void step(Walk w, Instruction.Goto i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_JA uses reserved fields");
        }
        w.next = w.insn + 1 + i.offset();
    }

    /** The way out of the loop is walked first; the loop goes on in the queued state, widened so that it converges. */
    static void mayGoto(Walk w, Instruction.MayGoto i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "invalid may_goto imm %d", dev.skep.object.isa.Slot.imm(w.code.slot(w.insn)));
        }
        VerifierState loop = w.explore.push(w.insn + 1, w.insn, false);
        loop.mayGotoDepth++;
        w.explore.widen(loop);
        w.next = w.insn + 1 + i.offset();
    }
}
