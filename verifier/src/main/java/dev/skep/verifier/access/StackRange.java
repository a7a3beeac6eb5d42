package dev.skep.verifier.access;

import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.walk.Walk;

/** A run of stack bytes that is read or written as a whole: memory given to a call, or a load at a variable offset. */
final class StackRange {
    private StackRange() {}

    /**
     * Checks that the bytes may be read; with {@code write} they may hold anything afterwards.
     *
     * @param off offset with the register's fixed part
     * @param meta null, or what the call knows: in raw mode the bytes need not be initialised
     */
    static void require(
            Walk w, int regNumber, RegState reg, int off, int size, boolean zeroAllowed, boolean write, CallMeta meta) {
        if (size == 0 && !zeroAllowed) {
            throw w.reject(Reject.EACCES, "invalid zero-sized read");
        }
        StackBounds.require(w, regNumber, reg, off, size, write);
        boolean constant = reg.var.isConst();
        if (!constant && !w.bypassSpecV1) {
            throw w.reject(
                    Reject.EACCES,
                    "R%d variable offset stack access prohibited for !root, var_off=%s",
                    regNumber,
                    PointerOffset.bits(reg));
        }
        int from = (constant ? (int) reg.var.constValue() : (int) reg.var.smin) + off;
        int to = (constant ? from : (int) reg.var.smax + off) + size;
        Frame frame = StackBounds.frame(w, reg);
        StackNotes.range(w, reg, from, to);
        if (constant && meta != null && meta.rawMode) {
            for (int i = from; i < to; i++) {
                if (frame.slot(StackAccess.spi(i)).kind(i & 7) == StackSlot.DYNPTR) {
                    throw w.reject(Reject.EACCES, "potential write to dynptr at off=%d disallowed", i);
                }
            }
            meta.rawReg = regNumber;
            meta.rawSize = size;
            return;
        }
        for (int i = from; i < to; i++) {
            int spi = StackAccess.spi(i);
            StackSlot slot = frame.slot(spi);
            int kind = slot.kind(i & 7);
            if (kind == StackSlot.ZERO || kind == StackSlot.INVALID && w.allowUninitStack) {
                if (write) {
                    frame.setSlot(
                            spi,
                            slot.reg != null
                                    ? StackSlot.spill(StackSlot.setKind(slot.kinds, i & 7, StackSlot.MISC), slot.reg)
                                    : StackSlot.bytes(StackSlot.setKind(slot.kinds, i & 7, StackSlot.MISC)));
                }
            } else if (slot.reg != null && (slot.reg.isScalar() || w.allowPtrLeaks)) {
                if (write) {
                    frame.setSlot(spi, StackSlot.bytes(StackStore.scrubbed(slot)));
                }
            } else if (kind != StackSlot.MISC) {
                throw uninitialised(w, regNumber, reg, from, i - from, size);
            }
            w.explore.readSlots(frame.number, 1L << spi);
        }
    }

    private static Reject uninitialised(Walk w, int regNumber, RegState reg, int from, int index, int size) {
        return reg.var.isConst()
                ? w.reject(Reject.EACCES, "invalid read from stack R%d off %d+%d size %d", regNumber, from, index, size)
                : w.reject(
                        Reject.EACCES,
                        "invalid read from stack R%d var_off %s+%d size %d",
                        regNumber,
                        PointerOffset.bits(reg),
                        index,
                        size);
    }
}
