package dev.skep.verifier.access;

import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.call.References;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Stack under dynptrs: Skep's extension {@code stack-dynptr}.
 *
 * <p>Writes through a dynptr, its clones and its slices go past the walk. So while one of them is there, a slot under
 * it is plain unknown bytes: no number known, no pointer, no dynptr, iterator or flag. What may not lie there ends them
 * all when it is put there.
 */
public final class StackCover {
    private StackCover() {}

    /**
     * Turns {@code size} bytes from {@code off} on, which lie in the frame, to plain bytes; returns their slots, one
     * bit each.
     */
    public static long cover(Walk w, Frame frame, int off, int size) {
        if (size <= 0) {
            return 0;
        }
        w.noteStackAccess(frame, off);
        long slots = 0;
        for (int i = off; i < off + size; i++) {
            int spi = StackAccess.spi(i);
            StackSlot slot = frame.slot(spi);
            if (slot.object != null) {
                throw w.reject(
                        Reject.EACCES,
                        "R1 dynptr must not cover a dynptr, iterator or irq flag at off=%d",
                        -8 * (spi + 1));
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
            slots |= 1L << spi;
            w.explore.readSlots(frame.number, 1L << spi);
        }
        frame.covered |= slots;
        return slots;
    }

    /** True while a dynptr or a slice is there through which the slot may change. */
    static boolean isCovered(Walk w, Frame frame, int spi) {
        if ((frame.covered >>> spi & 1) == 0) {
            return false;
        }
        for (Frame f : w.state.frames) {
            for (RegState r : f.regs) {
                if (isSlice(w, r, frame.number, spi)) {
                    return true;
                }
            }
            for (int i = 0; i < f.slotCount(); i++) {
                StackSlot slot = f.slot(i);
                if (slot.reg != null && isSlice(w, slot.reg, frame.number, spi)
                        || slot.object instanceof SlotObject.Dynptr d
                                && d.extent().covers(frame.number, spi)) {
                    return true;
                }
            }
        }
        frame.covered &= ~(1L << spi);
        return false;
    }

    private static boolean isSlice(Walk w, RegState r, int frame, int spi) {
        if (!(r.type instanceof RegType.Mem m) || m.frame() != frame) {
            return false;
        }
        Extent extent = w.dynptrExtents.get(m.dynptrId());
        return extent != null && extent.covers(frame, spi);
    }

    /** A pointer or an object is about to be put into the slot: dynptrs over it and their slices end. */
    public static void claim(Walk w, Frame frame, int spi) {
        if (!isCovered(w, frame, spi)) {
            return;
        }
        DynptrSlots.end(w, e -> e.covers(frame.number, spi));
        w.state.mapRegisters(r -> isSlice(w, r, frame.number, spi) ? References.invalid(w) : r);
        frame.covered &= ~(1L << spi);
    }

    /** A number stored to a covered slot: its bytes are initialised, and nothing is known of them. */
    static void store(Frame frame, int spi, int first, int size) {
        int kinds = frame.slot(spi).kinds;
        for (int i = first; i < first + size; i++) {
            kinds = StackSlot.setKind(kinds, i, StackSlot.MISC);
        }
        frame.setSlot(spi, StackSlot.bytes(kinds));
    }
}
