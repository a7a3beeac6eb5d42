package dev.skep.verifier.insn;

import dev.skep.verifier.walk.Walk;

/** Steps one instruction. */
public final class Steps {
    private Steps() {}

    /** Steps the instruction at {@code walk.insn}. */
    public static void step(Walk walk) {
        throw new UnsupportedOperationException("owner: insn");
    }
}
