package dev.skep.verifier.call.kfunc;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.walk.Walk;

/** A call of a kernel function. */
public final class KfuncCall {
    private KfuncCall() {}

    public static void step(Walk w, Instruction.Call call) {
        throw new UnsupportedOperationException("owner: kfunc");
    }
}
