package dev.skep.verifier.call;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * {@code exit}.
 *
 * <ol>
 *   <li>Leaving the outermost frame: nothing may be held.
 *   <li>Leaving an inner frame: R0 goes to the caller; a callback's result is checked and control goes back to the
 *       call.
 *   <li>Else R0 must be what the kernel accepts, and the path ends.
 * </ol>
 */
public final class ExitStep {
    private ExitStep() {}

    public static void step(Walk w, Instruction.Exit exit) {
        if (exit.reserved()) {
            throw w.reject(Reject.EINVAL, "BPF_EXIT uses reserved fields");
        }
        leave(w);
    }

    /**
     * The same for instructions that may leave the function on the way, such as legacy packet loads: R0 is what they
     * set.
     */
    public static void leave(Walk w) {
        boolean outermost = w.state.currentFrame() == 0;
        Leaks.check(w, "BPF_EXIT instruction in main prog", false, outermost);
        if (outermost) {
            ReturnValue.check(w);
            w.pathDone = true;
        } else {
            returnToCaller(w);
        }
    }

    /** Pops the current frame, which is not the outermost. */
    static void returnToCaller(Walk w) {
        w.explore.leaveFrame();
        Frame callee = w.frame();
        Frame caller = w.state.frames.get(w.state.currentFrame() - 1);
        RegState result = callee.regs[0];
        if (result.type instanceof RegType.Stack) {
            throw w.reject(Reject.EINVAL, "cannot return stack pointer to the caller");
        }
        if (callee.inCallback) {
            ReturnValue.checkCallback(w, callee);
            w.next = callee.callSite;
        } else {
            caller.regs[0] = result;
            w.next = callee.callSite + 1;
        }
        w.state.frames.removeLast();
        DynptrSlots.frameGone(w, callee.number);
        w.touchedRegs = -1;
        w.touchedSlots = -1;
        if (callee.inCallback) {
            w.explore.widen(w.state);
        }
    }

    /** Where an exception leaves the program, from any depth: nothing at all may be held, in any frame. */
    public static void throwOut(Walk w) {
        Leaks.check(w, "bpf_throw", true, true);
    }
}
