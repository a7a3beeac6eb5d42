package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.walk.Walk;

/**
 * Stack that a dynptr has covered: Skep's extension {@code stack-dynptr}.
 *
 * <p>Writes through the dynptr, its clones and its slices go past the walk. So a covered slot is plain unknown bytes, and stays so until
 * its frame returns: no number known, no pointer, no dynptr, iterator or flag.
 */
public final class StackCover {
    private StackCover() {}

    /** Covers {@code size} bytes from {@code off} on, which lie in the frame. */
    public static void cover(Walk w, Frame frame, int off, int size) {
        if (size <= 0) {
            return;
        }
        w.noteStackAccess(frame, off);
        for (int i = off; i < off + size; i++) {
            int spi = StackAccess.spi(i);
            StackSlot slot = frame.slot(spi);
            if (slot.object != null) {
                throw w.reject(
                        Reject.EACCES, "R1 dynptr must not cover a dynptr, iterator or irq flag at off=%d", -8 * (spi + 1));
            }
            if (slot.reg != null && slot.reg.isPointer() && !w.allowPtrLeaks) {
                throw w.reject(Reject.EACCES, "attempt to corrupt spilled pointer on stack");
            }
            int kinds = StackStore.scrubbed(slot);
            for (int b = 0; b < 8; b++) {
                boolean known = StackSlot.bytes(kinds).kind(b) != StackSlot.INVALID;
                kinds = known || b == (i & 7) ? StackSlot.setKind(kinds, b, StackSlot.MISC) : kinds;
            }
            w.setSlot(frame, spi, StackSlot.bytes(kinds));
            frame.covered |= 1L << spi;
            w.explore.readSlots(frame.number, 1L << spi);
        }
    }

    /** A store to a covered slot: its bytes are initialised, and nothing is known of them. */
    static void store(Walk w, Frame frame, int spi, int first, int size, StoredValue value) {
        if (value.reg() != null && value.reg().isPointer()) {
            throw w.reject(
                    Reject.EACCES, "cannot store pointer at off=%d: the stack there is covered by a dynptr", -8 * (spi + 1) + first);
        }
        int kinds = frame.slot(spi).kinds;
        for (int i = first; i < first + size; i++) {
            kinds = StackSlot.setKind(kinds, i, StackSlot.MISC);
        }
        frame.setSlot(spi, StackSlot.bytes(kinds));
    }
}
