package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/**
 * Loads through a stack pointer; {@link StackStore} has the stores, {@link StackRange} what calls may touch.
 *
 * <p>A load that covers a whole spill restores the register. A narrower load of a spilled number restores its low bytes
 * when it starts at the spill's first byte. Other loads give a number: 0 if every byte is known to be 0, else unknown.
 */
final class StackAccess {
    private StackAccess() {}

    /**
     * What a load gives.
     *
     * @param off offset with the register's fixed part
     * @param wanted false when only the right to read is asked for
     */
    static RegState load(Walk w, int base, RegState reg, int off, int size, boolean wanted) {
        StackBounds.require(w, base, reg, off, size, false);
        Frame frame = StackBounds.frame(w, reg);
        if (reg.var.isConst()) {
            return fixed(w, frame, off + (int) reg.var.constValue(), size, wanted);
        }
        if (!wanted) {
            throw w.reject(
                    Reject.EACCES,
                    "variable offset stack pointer cannot be passed into helper function; var_off=%s off=%d size=%d",
                    PointerOffset.bits(reg),
                    off,
                    size);
        }
        StackRange.require(w, base, reg, off, size, false, false, null);
        w.noteStackAccess(frame, (int) reg.var.smin + off);
        return bytes(w, frame, (int) reg.var.smin + off, (int) reg.var.smax + off + size);
    }

    /** The number read from bytes without a spilled register: 0 when all are zero bytes. */
    private static RegState bytes(Walk w, Frame frame, int from, int to) {
        for (int i = from; i < to; i++) {
            w.touchedSlots |= 1L << spi(i);
            if (frame.slot(spi(i)).kind(i & 7) != StackSlot.ZERO) {
                return RegState.UNKNOWN;
            }
        }
        return RegState.ZERO;
    }

    /** Index of the slot that holds the byte at {@code off}. */
    static int spi(int off) {
        return -off - 1 >> 3;
    }

    private static RegState fixed(Walk w, Frame frame, int off, int size, boolean wanted) {
        int spi = spi(off);
        int first = off & 7;
        StackSlot slot = frame.slot(spi);
        w.noteStackAccess(frame, off);
        w.touchedSlots |= 1L << spi;
        w.explore.readSlots(frame.number, 1L << spi);
        if (slot.reg == null) {
            requireReadable(w, slot, first, off, size);
            return wanted ? bytes(w, frame, off, off + size) : null;
        }
        int spilled = 1;
        while (spilled < 8 && slot.kind(spilled) == StackSlot.SPILL) {
            spilled++;
        }
        if (size == 8 && spilled == 8) {
            return whole(w, frame, spi, off, slot, wanted);
        }
        if (!slot.reg.isScalar()) {
            throw w.reject(Reject.EACCES, "invalid size of register fill");
        }
        if (!wanted) {
            return null;
        }
        if (first == 0 && size <= spilled) {
            return narrow(w, frame, spi, slot, size);
        }
        return mixed(w, frame, spi, slot, first, off, size);
    }

    private static RegState whole(Walk w, Frame frame, int spi, int off, StackSlot slot, boolean wanted) {
        if (wanted) {
            w.explore.recordSpill(frame.number, spi);
            return slot.reg;
        }
        if (slot.reg.isPointer() && !w.allowPtrLeaks) {
            throw w.reject(Reject.EACCES, "leaking pointer from stack off %d", off);
        }
        return null;
    }

    private static RegState narrow(Walk w, Frame frame, int spi, StackSlot slot, int size) {
        RegState value = slot.reg;
        w.explore.recordSpill(frame.number, spi);
        return fits(value.var, size) ? value : value.withId(0);
    }

    /** True when the number needs at most {@code size} bytes. */
    static boolean fits(ScalarValue value, int size) {
        return size == 8 || value.umax >>> 8 * size == 0;
    }

    private static RegState mixed(Walk w, Frame frame, int spi, StackSlot slot, int first, int off, int size) {
        int spills = 0;
        int zeros = 0;
        for (int i = 0; i < size; i++) {
            switch (slot.kind(first + i)) {
                case StackSlot.SPILL -> spills++;
                case StackSlot.ZERO -> zeros++;
                default -> requireByte(w, slot.kind(first + i), off, i, size);
            }
        }
        if (spills == size && slot.reg.isNull()) {
            w.explore.recordSpill(frame.number, spi);
            return RegState.ZERO;
        }
        return zeros == size ? RegState.ZERO : RegState.UNKNOWN;
    }

    private static void requireReadable(Walk w, StackSlot slot, int first, int off, int size) {
        for (int i = 0; i < size; i++) {
            requireByte(w, slot.kind(first + i), off, i, size);
        }
    }

    private static void requireByte(Walk w, int kind, int off, int index, int size) {
        boolean readable =
                kind == StackSlot.MISC || kind == StackSlot.ZERO || kind == StackSlot.INVALID && w.allowUninitStack;
        if (!readable) {
            throw w.reject(Reject.EACCES, "invalid read from stack off %d+%d size %d", off, index, size);
        }
    }
}
