package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.verifier.diag.Reject;

/**
 * Refuses loops, as Linux does for loaders without CAP_BPF. The program is one function: others are refused before.
 *
 * <p>The order of the walk decides which of several loops is named: depth first, below a jump before its target. The
 * first jump to an instruction whose own successors are not all done is the loop.
 */
final class BackEdges {
    private final BpfCode code;
    private final boolean[] seen;
    private final boolean[] onPath;
    /** How many successors of an instruction were followed. */
    private final byte[] followed;
    /** The instructions between the first one and the current one. */
    private final int[] path;

    private int depth;

    private BackEdges(BpfCode code) {
        this.code = code;
        this.seen = new boolean[code.size()];
        this.onPath = new boolean[code.size()];
        this.followed = new byte[code.size()];
        this.path = new int[code.size()];
    }

    /** @throws Reject at the first loop */
    static void refuse(BpfCode code) {
        BackEdges pass = new BackEdges(code);
        pass.enter(0);
        while (pass.depth > 0) {
            pass.step(pass.path[pass.depth - 1]);
        }
    }

    private void enter(int insn) {
        seen[insn] = true;
        onPath[insn] = true;
        path[depth++] = insn;
    }

    private void step(int insn) {
        int to = successor(insn, followed[insn]++);
        if (to < 0) {
            onPath[insn] = false;
            depth--;
        } else if (!seen[to]) {
            enter(to);
        } else if (onPath[to]) {
            throw Reject.at(insn, Reject.EINVAL, "back-edge from insn " + insn + " to " + to + "\n");
        }
    }

    /** The successor with this number, -1 after the last. */
    private int successor(int insn, int number) {
        long slot = code.slot(insn);
        if (!Code.isJumpClass(slot) || Slot.opcode(slot) == Code.CALL) {
            return number == 0 ? insn + (Code.isLoadImm64(slot) ? 2 : 1) : -1;
        }
        if (Slot.opcode(slot) == Code.EXIT) {
            return -1;
        }
        if (Code.isGoto(slot)) {
            return number == 0 ? (int) Code.target(code, insn) : -1;
        }
        return switch (number) {
            case 0 -> insn + 1;
            case 1 -> (int) Code.target(code, insn);
            default -> -1;
        };
    }
}
