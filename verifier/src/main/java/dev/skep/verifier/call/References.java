package dev.skep.verifier.call;

import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.walk.Walk;

/** Object references: acquiring, releasing, and what happens to the registers that carried them. */
public final class References {
    private References() {}

    /** Notes a new reference, acquired by the current instruction. */
    public static int acquire(Walk w) {
        int id = w.nextId();
        w.state.references.add(new Reference(Reference.Kind.POINTER, id, w.insn, null, 0));
        return id;
    }

    /** Forgets the reference but leaves the registers alone; false when it is not held. */
    public static boolean forget(VerifierState state, int id) {
        Reference ref = id == 0 ? null : state.reference(id);
        return ref != null && state.references.remove(ref);
    }

    /**
     * Ends the reference: every register and spilled register that carries it is invalid from here on. False when it is
     * not held.
     */
    public static boolean release(Walk w, int id) {
        if (!forget(w.state, id)) {
            return false;
        }
        DynptrSlots.ownerGone(w, id);
        w.state.mapRegisters(r -> r.refId == id ? invalid(w) : r);
        return true;
    }

    /** What a register becomes when its pointee is gone: a number, or nothing for loaders that may not see pointers. */
    public static RegState invalid(Walk w) {
        return w.allowPtrLeaks ? RegState.UNKNOWN : RegState.NOT_INIT;
    }

    /** Invalidates pointers to nodes in lists and trees that are not owned: the lock that kept them alive is gone. */
    public static void invalidateNonOwning(Walk w) {
        w.state.mapRegisters(r -> r.type.has(PtrFlags.NON_OWN_REF) ? invalid(w) : r);
    }
}
