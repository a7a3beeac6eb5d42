package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Slot;
import dev.skep.verifier.call.CallStep;
import dev.skep.verifier.call.ExitStep;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.walk.Walk;

/** One instruction: checks it in the current state and applies its effect. Dispatches on the kind of instruction. */
public final class Steps {
    private Steps() {}

    /** Steps the instruction at {@code w.insn}; leaves where to go on in {@code w.next}, or sets {@code w.pathDone}. */
    public static void step(Walk w) {
        switch (w.code.at(w.insn)) {
            case Instruction.Alu i -> AluStep.step(w, i);
            case Instruction.Negate i -> AluStep.negate(w, i);
            case Instruction.ByteSwap i -> AluStep.byteSwap(w, i);
            case Instruction.Move i -> MoveStep.step(w, i);
            case Instruction.AddrSpaceCast i -> MoveStep.cast(w, i);
            case Instruction.LoadImm64 i -> LoadImmStep.step(w, i);
            case Instruction.Load i -> LoadStep.step(w, i);
            case Instruction.Store i -> StoreStep.step(w, i);
            case Instruction.StoreImm i -> StoreStep.step(w, i);
            case Instruction.Atomic i -> AtomicStep.step(w, i);
            case Instruction.PacketLoad i -> PacketLoadStep.step(w, i);
            case Instruction.Goto i -> GotoStep.step(w, i);
            case Instruction.MayGoto i -> GotoStep.mayGoto(w, i);
            case Instruction.Branch i -> BranchStep.step(w, i);
            case Instruction.Call i -> CallStep.step(w, i);
            case Instruction.Exit i -> ExitStep.step(w, i);
            case Instruction.Undefined i -> throw w.reject(Reject.EINVAL, "unknown opcode %02x", Slot.opcode(i.slot()));
            case null -> throw w.reject(Reject.EINVAL, "invalid BPF_LD_IMM insn");
        }
    }
}
