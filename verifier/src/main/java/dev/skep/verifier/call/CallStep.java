package dev.skep.verifier.call;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.walk.Walk;

/** One call instruction: what holds for all calls, then the kind of callee. */
public final class CallStep {
    private CallStep() {}

    public static void step(Walk w, Instruction.Call call) {
        throw new UnsupportedOperationException("owner: helper");
    }
}
