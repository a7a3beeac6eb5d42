package dev.skep.verifier.cfg;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
import dev.skep.verifier.diag.Reject;
import java.util.HashSet;
import java.util.Set;

/**
 * Addresses of subprograms that no path enters. Linux 6.18 removes such subprograms and then cannot translate what
 * names them: it refuses the program, with a message that calls this a fault of its own.
 */
public final class DeadReferences {
    private DeadReferences() {}

    /**
     * Refuses a program that takes the address of a subprogram that no path enters.
     *
     * @param throwsAway a path throws, and the program has no exception callback: Linux adds one
     * @param removed dead code is removed (CAP_BPF), not just disarmed
     */
    public static void check(
            BpfCode code, ProgramLayout layout, ProgramFacts facts, boolean throwsAway, boolean removed) {
        if (!removed || !throwsAway && !severalRemain(layout, facts)) {
            return;
        }
        Set<Integer> starts = remainingStarts(code, layout, facts);
        for (int i = 0; i < code.size(); i += code.width(i)) {
            if (facts.reached(i)
                    && code.at(i) instanceof Instruction.LoadImm64 load
                    && load.pseudo() == Pseudo.FUNC
                    && !facts.reached(i + load.imm() + 1)
                    && !starts.contains(afterRemoval(code, facts, i + load.imm() + 1))) {
                throw Reject.at(
                        i,
                        Reject.EFAULT,
                        "verifier bug: No program to jit at insn " + (i + load.imm() + 1) + " (subprog < 0)");
            }
        }
    }

    /** Where the functions that remain begin once dead code is gone. */
    private static Set<Integer> remainingStarts(BpfCode code, ProgramLayout layout, ProgramFacts facts) {
        Set<Integer> starts = new HashSet<>();
        for (int s = 0; s < layout.subprogramCount(); s++) {
            int start = layout.subprogram(s).start();
            if (facts.reached(start)) {
                int removed = 0;
                for (int i = 0; i < start; i += code.width(i)) {
                    removed += facts.reached(i) ? 0 : code.width(i);
                }
                starts.add(start - removed);
            }
        }
        return starts;
    }

    /**
     * What the address of a dead function becomes: runs of dead code are removed from the first to the last, and each
     * moves the addresses behind its end. An address inside a run stays, and so means what follows.
     */
    private static int afterRemoval(BpfCode code, ProgramFacts facts, int target) {
        int address = target;
        int removed = 0;
        for (int i = 0; i < code.size(); ) {
            int end = i;
            while (end < code.size() && !facts.reached(end)) {
                end += code.width(end);
            }
            if (end == i) {
                i += code.width(i);
                continue;
            }
            if (address >= end - removed) {
                address -= end - i;
            }
            removed += end - i;
            i = end;
        }
        return address;
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
