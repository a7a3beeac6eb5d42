package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** {@code *(size *)(base + off) = src | imm}. */
final class StoreStep {
    private StoreStep() {}

    static void step(Walk w, Instruction.Store i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_STX uses reserved fields");
        }
        w.readReg(i.src());
        RegType base = w.readReg(i.base()).type;
        MemoryAccess.store(w, i.base(), i.offset(), i.size(), i.src(), 0);
        PointerKinds.note(w, base, false);
    }

    static void step(Walk w, Instruction.StoreImm i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_ST uses reserved fields");
        }
        RegType base = w.readReg(i.base()).type;
        MemoryAccess.store(w, i.base(), i.offset(), i.size(), -1, i.imm());
        PointerKinds.note(w, base, false);
    }
}
