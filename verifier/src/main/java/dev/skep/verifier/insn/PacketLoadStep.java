package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.PointerOffset;
import dev.skep.verifier.call.ExitStep;
import dev.skep.verifier.call.Leaks;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Legacy packet loads: R6 is the context, R0 gets the value, R1 to R5 are lost; beyond the packet's end the program
 * returns 0.
 */
final class PacketLoadStep {
    private PacketLoadStep() {}

    static void step(Walk w, Instruction.PacketLoad i) {
        boolean allowed = switch (w.program.type()) {
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT -> true;
            default -> false;
        };
        if (!allowed) {
            throw w.reject(Reject.EINVAL, "BPF_LD_[ABS|IND] instructions not allowed for this program type");
        }
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_LD_[ABS|IND] uses reserved fields");
        }
        RegState ctx = w.readReg(6);
        Leaks.check(w, "BPF_LD_[ABS|IND]", false, true);
        if (!(ctx.type instanceof RegType.Ctx)) {
            throw w.reject(Reject.EINVAL, "at the time of BPF_LD_ABS|IND R6 != pointer to skb");
        }
        if (i.indirect()) {
            w.readReg(i.src());
        }
        PointerOffset.requireNone(w, 6, ctx);
        w.clearCallerSaved();
        w.setReg(0, RegState.UNKNOWN);
        if (w.state.currentFrame() > 0) {
            w.explore.push(w.following(), w.insn, false);
            w.setReg(0, RegState.ZERO);
            ExitStep.leave(w);
        }
    }
}
