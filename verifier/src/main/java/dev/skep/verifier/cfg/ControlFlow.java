package dev.skep.verifier.cfg;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.verifier.diag.Reject;

/**
 * Follows all control flow once: from instruction 0, through calls and function references, then from the exception
 * callback. Every
 * instruction must be reached, and no second half of a 64-bit load. On the way it marks where the walk compares states
 * (prune points), where it
 * keeps history (jump points), and where it must store a state (forced checkpoints).
 */
final class ControlFlow {
    static final int PRUNE = 1;
    static final int JUMP = 2;
    static final int FORCE = 4;
    static final int CALLBACK = 8;

    private final BpfCode code;
    private final CallSummary[] calls;
    private final byte[] marks;
    private final boolean[] reached;
    private final int[] pending;
    private int waiting;

    private ControlFlow(BpfCode code, CallSummary[] calls) {
        this.code = code;
        this.calls = calls;
        this.marks = new byte[code.size()];
        this.reached = new boolean[code.size()];
        this.pending = new int[code.size()];
    }

    /** The marks of each slot. */
    static byte[] run(BpfCode code, Subprogram[] subprograms, CallSummary[] calls) {
        ControlFlow pass = new ControlFlow(code, calls);
        pass.followFrom(0);
        for (Subprogram s : subprograms) {
            if (s.isExceptionCallback()) {
                pass.followFrom(s.start());
            }
        }
        pass.requireAllReached();
        return pass.marks;
    }

    private void followFrom(int start) {
        reach(start);
        while (waiting > 0) {
            visit(pending[--waiting]);
        }
    }

    private void reach(int insn) {
        if (!reached[insn]) {
            reached[insn] = true;
            pending[waiting++] = insn;
        }
    }

    private void branchTo(int insn) {
        marks[insn] |= PRUNE | JUMP;
        reach(insn);
    }

    private void visit(int i) {
        long slot = code.slot(i);
        int next = i + (Code.isLoadImm64(slot) ? 2 : 1);
        if (Code.isFunctionReference(slot)) {
            visitCallee(i, next);
        } else if (!Code.isJumpClass(slot)) {
            reach(next);
        } else if (Slot.opcode(slot) == Code.CALL) {
            visitCall(i, slot, next);
        } else if (Code.isGoto(slot)) {
            branchTo((int) Code.target(code, i));
        } else if (Slot.opcode(slot) != Code.EXIT) {
            marks[i] |= PRUNE;
            if (Slot.opcode(slot) == Code.MAY_GOTO && Slot.src(slot) == 0) {
                marks[i] |= FORCE;
            }
            reach(next);
            branchTo((int) Code.target(code, i));
        }
    }

    private void visitCall(int i, long slot, int next) {
        CallSummary call = calls[i];
        if (call.schedules()) {
            marks[i] |= PRUNE;
        }
        if (call.callsBack()) {
            marks[i] |= PRUNE | FORCE | CALLBACK | JUMP;
        }
        if (call.iteratorNext()) {
            marks[i] |= PRUNE | FORCE;
        }
        if (Code.isSubprogramCall(slot)) {
            visitCallee(i, next);
        } else {
            marks[next] |= PRUNE | JUMP;
            reach(next);
        }
    }

    private void visitCallee(int i, int next) {
        marks[next] |= PRUNE | JUMP;
        reach(next);
        marks[i] |= PRUNE;
        branchTo((int) Code.callee(code, i));
    }

    private void requireAllReached() {
        for (int i = 0; i < reached.length; i++) {
            if (!reached[i]) {
                throw Reject.at(i, Reject.EINVAL, "unreachable insn " + i + "\n");
            }
            if (Code.isLoadImm64(code.slot(i))) {
                if (reached[i + 1]) {
                    throw Reject.at(i, Reject.EINVAL, "jump into the middle of ldimm64 insn " + i + "\n");
                }
                i++;
            }
        }
    }
}
