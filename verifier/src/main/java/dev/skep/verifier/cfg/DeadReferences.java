package dev.skep.verifier.cfg;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.verifier.diag.Reject;

/**
 * Addresses of subprograms that no path enters. Linux 6.18 removes such subprograms and then cannot translate what names them: it
 * refuses the program, with a message that calls this a fault of its own.
 */
public final class DeadReferences {
    private DeadReferences() {}

    /**
     * Refuses a program that takes the address of a subprogram that no path enters.
     *
     * @param throwsAway a path throws, and the program has no exception callback: Linux adds one
     * @param removed dead code is removed (CAP_BPF), not just disarmed
     */
    public static void check(BpfCode code, ProgramLayout layout, ProgramFacts facts, boolean throwsAway, boolean removed) {
        if (!removed || !throwsAway && !severalRemain(layout, facts)) {
            return;
        }
        for (int i = 0; i < code.size(); i += code.width(i)) {
            if (facts.reached(i)
                    && code.at(i) instanceof Instruction.LoadImm64 load
                    && load.pseudo() == Pseudo.FUNC
                    && !facts.reached(i + load.imm() + 1)
                    && lastRemaining(layout, facts) < i + load.imm() + 1) {
                throw Reject.at(i, Reject.EFAULT,
                        "verifier bug: No program to jit at insn " + (i + load.imm() + 1) + " (subprog < 0)");
            }
        }
    }

    /** A dead subprogram before a live one goes unnoticed: its address becomes that of the live one. */
    private static int lastRemaining(ProgramLayout layout, ProgramFacts facts) {
        int last = 0;
        for (int s = 0; s < layout.subprogramCount(); s++) {
            int start = layout.subprogram(s).start();
            last = facts.reached(start) ? Math.max(last, start) : last;
        }
        return last;
    }

    /** A program of one function is not translated function by function: there the address stays a number. */
    private static boolean severalRemain(ProgramLayout layout, ProgramFacts facts) {
        int n = 0;
        for (int s = 0; s < layout.subprogramCount(); s++) {
            n += facts.reached(layout.subprogram(s).start()) ? 1 : 0;
        }
        return n > 1;
    }
}
