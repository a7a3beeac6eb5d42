package dev.skep.verifier.access;

import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/** Ids that link copies of one unknown number, so that what is learnt of one is learnt of all. */
public final class ScalarIds {
    private ScalarIds() {}

    /** The register as the source of a copy: an unknown number gets an id, and stops being a sum with another one. */
    public static RegState linkable(Walk w, RegState reg) {
        if (!reg.isScalar()) {
            return reg;
        }
        int id = reg.hasDelta ? 0 : reg.id;
        if (id == 0 && !reg.var.isConst()) {
            id = w.nextId();
        }
        return reg.withId(id);
    }
}
