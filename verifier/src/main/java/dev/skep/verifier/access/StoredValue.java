package dev.skep.verifier.access;

import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/**
 * What a store puts into memory.
 *
 * @param register the register it comes from, -1 if from none
 * @param reg its state; for an immediate, that constant; null when the value is not known at all (atomics)
 */
record StoredValue(int register, RegState reg) {
    static final StoredValue UNKNOWN = new StoredValue(-1, null);

    static StoredValue ofRegister(Walk w, int register) {
        return new StoredValue(register, w.reg(register));
    }

    static StoredValue ofImmediate(long imm) {
        return new StoredValue(-1, RegState.constant(imm));
    }

    boolean isZero() {
        return reg != null && reg.isNull();
    }

    /** A pointer that this program must not reveal. */
    boolean leaks(Walk w) {
        return register >= 0 && !w.allowPtrLeaks && reg.isPointer();
    }
}
