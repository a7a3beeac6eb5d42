package dev.skep.verifier.call;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;

/**
 * Subprograms that a helper or kernel function calls back.
 *
 * <p>Synchronous: the current path goes on as if the callback never ran; another path enters it and comes back to the
 * call instruction, so that any number of runs is covered. Asynchronous: a path of its own, with a fresh outermost
 * frame.
 */
public final class CallbackCall {
    /** Most frames on the stack at once. */
    public static final int MAX_FRAMES = 8;

    /** Gives a callback its arguments. */
    @FunctionalInterface
    public interface Arguments {
        /** Sets R1 to R5 of {@code callee}; those left alone are not readable. */
        void set(Frame caller, Frame callee);
    }

    private CallbackCall() {}

    /** Queues a synchronous run of the callback. Its result must be within {@code min} and {@code max}. */
    public static void sync(Walk w, int subprogram, long min, long max, Arguments arguments) {
        SubprogramCall.printMismatch(w, w.layout.subprogram(subprogram));
        requireRoom(w);
        w.layout.subprogram(subprogram).callback = true;
        int start = w.layout.subprogram(subprogram).start();
        VerifierState queued = w.explore.push(start, w.insn, false);
        Frame caller = queued.frame();
        Frame callee = new Frame(queued.frames.size(), w.insn, subprogram);
        arguments.set(caller, callee);
        callee.inCallback = true;
        callee.callbackReturnRange = new long[] {min, max};
        // The caller keeps R1 to R5: when the callback returns, the call is looked at again with the same arguments.
        queued.frames.add(callee);
        queued.callbackUnrollDepth++;
        caller.callbackDepth++;
        w.frame().callbackDepth = 0;
        w.touchedRegs = -1;
        w.touchedSlots = -1;
    }

    /** Queues a run of a callback that the kernel calls some time later; it must return 0. */
    public static void async(Walk w, int subprogram, boolean sleepable, Arguments arguments) {
        SubprogramCall.printMismatch(w, w.layout.subprogram(subprogram));
        w.layout.subprogram(subprogram).callback = true;
        w.layout.subprogram(subprogram).asyncCallback = true;
        VerifierState queued = w.explore.pushAsync(subprogram, w.insn, sleepable);
        Frame callee = queued.frame();
        arguments.set(w.frame(), callee);
        callee.inAsyncCallback = true;
        callee.callbackReturnRange = new long[] {0, 0};
        w.touchedRegs = -1;
        w.touchedSlots = -1;
    }

    static void requireRoom(Walk w) {
        if (w.state.frames.size() >= MAX_FRAMES) {
            throw w.reject(Reject.E2BIG, "the call stack of %d frames is too deep", w.state.frames.size() + 1);
        }
    }
}
