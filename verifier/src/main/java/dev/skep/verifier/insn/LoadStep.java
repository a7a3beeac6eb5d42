package dev.skep.verifier.insn;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/** {@code dst = *(size *)(src + off)}. */
final class LoadStep {
    private LoadStep() {}

    static void step(Walk w, Instruction.Load i) {
        if (i.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_LDX uses reserved fields");
        }
        load(w, i.dst(), i.src(), i.offset(), i.size(), i.signed(), false);
    }

    static void load(Walk w, int dst, int src, int offset, int size, boolean signed, boolean atomic) {
        RegType base = w.readReg(src).type;
        w.requireWritable(dst);
        MemoryAccess.load(w, src, offset, size, signed, dst, atomic);
        PointerKinds.note(w, base, !atomic);
    }
}
