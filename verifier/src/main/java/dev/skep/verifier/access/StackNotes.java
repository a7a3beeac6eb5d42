package dev.skep.verifier.access;

import dev.skep.kernel.program.ProgramFacts.Region;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Notes for engines about stack bytes: which ones only ever are accessed at one place by their own function, and which
 * others reach, too. No rule of the verifier is here.
 */
public final class StackNotes {
    private StackNotes() {}

    /** A load or store of {@code size} bytes; {@code off} has the register's fixed part. */
    static void access(Walk w, RegState reg, int off, int size) {
        boolean own = ((RegType.Stack) reg.type).frame() == w.state.currentFrame();
        if (own && reg.var.isConst()) {
            w.facts.stackAccess(w.insn, start(w, reg), off + (int) reg.var.constValue(), size);
        } else {
            w.facts.access(w.insn, Region.STACK);
            range(w, reg, reg.var.smin + off, reg.var.smax + off + size);
        }
    }

    private static int start(Walk w, RegState reg) {
        return w.layout
                .subprogram(w.state.frames.get(((RegType.Stack) reg.type).frame()).subprogram)
                .start();
    }

    /** Bytes that a call reads or writes. */
    static void range(Walk w, RegState reg, long from, long to) {
        w.facts.share(start(w, reg), from, to);
    }

    /** A pointer leaves the function's hands: whoever gets it may reach everything from there to the frame's end. */
    static void given(Walk w, RegState reg) {
        if (reg != null && reg.type instanceof RegType.Stack) {
            range(w, reg, reg.var.smin + reg.off, 0);
        }
    }

    /** The arguments of a call into the kernel, or into a function that is verified by itself. */
    public static void arguments(Walk w) {
        for (int r = 1; r <= 5; r++) {
            given(w, w.reg(r));
        }
    }
}
