package dev.skep.verifier.access;

import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Stores through a stack pointer.
 *
 * <p>A register or constant stored at the start of a slot is remembered as a spill; other stores leave bytes that are
 * known to be initialised, or to be zero.
 */
final class StackStore {
    private StackStore() {}

    /** Stores; {@code off} has the register's fixed part. */
    static void store(Walk w, int base, RegState reg, int off, int size, StoredValue value) {
        StackBounds.require(w, base, reg, off, size, true);
        Frame frame = StackBounds.frame(w, reg);
        if (reg.var.isConst()) {
            fixed(w, frame, off + (int) reg.var.constValue(), size, value);
        } else {
            variable(w, frame, (int) reg.var.smin + off, (int) reg.var.smax + off + size, value);
        }
    }

    private static void fixed(Walk w, Frame frame, int off, int size, StoredValue value) {
        int spi = StackAccess.spi(off);
        StackSlot old = frame.slot(spi);
        if (!w.allowPtrLeaks && old.reg != null && !old.reg.isScalar() && size != 8) {
            throw w.reject(Reject.EACCES, "attempt to corrupt spilled pointer on stack");
        }
        if (!w.bypassSpecV1) {
            stopSpeculation(w, old, size, value);
        }
        DynptrSlots.onStackWrite(w, frame, spi);
        old = frame.slot(spi);
        w.noteStackAccess(frame, off);
        w.touchedSlots |= 1L << spi;
        if (size == 8) {
            w.explore.writeSlots(frame.number, 1L << spi);
        }
        boolean slotStart = (off & 7) == 0;
        RegState reg = value.reg();
        if (StackCover.isCovered(w, frame, spi)) {
            if (reg == null || !isSpillable(reg)) {
                StackCover.store(frame, spi, off & 7, size);
                return;
            }
            StackCover.claim(w, frame, spi);
        }
        if (slotStart && reg != null && reg.isScalar() && w.bpfCapable) {
            spillNumber(w, frame, spi, old, size, value);
        } else if (reg != null && isSpillable(reg)) {
            spillPointer(w, frame, spi, old, size, reg);
        } else {
            writeBytes(w, frame, spi, old, off & 7, size, value);
        }
    }

    /**
     * True for pointers that keep their meaning on the stack. A drain callback's dynptr and a tracepoint's buffer do
     * not: whoever loads them gets a number.
     */
    private static boolean isSpillable(RegState reg) {
        return reg.isPointer() && !(reg.type instanceof RegType.DynptrPtr) && !(reg.type instanceof RegType.TpBuffer);
    }

    /** A store that a later load might miss, if what it replaces matters: a barrier follows it. */
    private static void stopSpeculation(Walk w, StackSlot old, int size, StoredValue value) {
        boolean matters = value.reg() != null && value.reg().isPointer();
        for (int i = 0; i < size; i++) {
            int kind = old.kind(7 - i);
            matters |= kind != StackSlot.MISC && kind != StackSlot.ZERO;
        }
        if (matters) {
            w.storeBarriers.set(w.insn);
        }
        if (w.state.speculative && w.storeBarriers.get(w.insn)) {
            w.pathDone = true;
        }
    }

    private static void spillNumber(Walk w, Frame frame, int spi, StackSlot old, int size, StoredValue value) {
        RegState reg = value.reg();
        if (value.register() >= 0) {
            if (StackAccess.fits(reg.var, size)) {
                reg = ScalarIds.linkable(w, reg);
                w.frame().regs[value.register()] = reg;
            } else {
                reg = reg.withId(0);
            }
        }
        spill(w, frame, spi, old, size, reg);
    }

    private static void spillPointer(Walk w, Frame frame, int spi, StackSlot old, int size, RegState reg) {
        if (size != 8) {
            throw w.reject(Reject.EACCES, "invalid size of register spill");
        }
        if (frame != w.frame() && reg.type instanceof RegType.Stack) {
            throw w.reject(Reject.EINVAL, "cannot spill pointers to stack into stack frame of the caller");
        }
        spill(w, frame, spi, old, size, reg);
    }

    private static void spill(Walk w, Frame frame, int spi, StackSlot old, int size, RegState reg) {
        w.explore.recordSpill(frame.number, spi);
        if (size == 8) {
            frame.setSlot(spi, StackSlot.spill(reg));
            return;
        }
        int kinds = old.kinds;
        for (int i = 0; i < 8; i++) {
            if (i < size) {
                kinds = StackSlot.setKind(kinds, i, StackSlot.SPILL);
            } else {
                int kind = old.kind(i);
                boolean kept = kind == StackSlot.ZERO || kind == StackSlot.INVALID;
                kinds = StackSlot.setKind(kinds, i, kept ? kind : StackSlot.MISC);
            }
        }
        frame.setSlot(spi, StackSlot.spill(kinds, reg));
    }

    private static void writeBytes(
            Walk w, Frame frame, int spi, StackSlot old, int first, int size, StoredValue value) {
        int kinds = scrubbed(old);
        int kind = StackSlot.MISC;
        if (value.isZero()) {
            if (value.register() >= 0) {
                w.explore.markPrecise(value.register());
            }
            kind = StackSlot.ZERO;
        }
        for (int i = first; i < first + size; i++) {
            kinds = StackSlot.setKind(kinds, i, kind);
        }
        frame.setSlot(spi, StackSlot.bytes(kinds));
    }

    /** The kinds of a slot whose spill, iterator or flag is gone: what was initialised still is. */
    static int scrubbed(StackSlot slot) {
        int kinds = slot.kinds;
        if (slot.reg == null && slot.object == null) {
            return kinds;
        }
        for (int i = 0; i < 8; i++) {
            if (slot.kind(i) != StackSlot.INVALID) {
                kinds = StackSlot.setKind(kinds, i, StackSlot.MISC);
            }
        }
        return kinds;
    }

    /** A store somewhere in {@code from..to}: any of those bytes may change, none must. */
    private static void variable(Walk w, Frame frame, int from, int to, StoredValue value) {
        boolean zero = value.isZero();
        for (int i = from; i < to; i++) {
            DynptrSlots.onStackWrite(w, frame, StackAccess.spi(i));
        }
        w.noteStackAccess(frame, from);
        boolean zeroUsed = false;
        for (int i = from; i < to; i++) {
            int spi = StackAccess.spi(i);
            StackSlot slot = frame.slot(spi);
            int kind = slot.kind(i & 7);
            w.touchedSlots |= 1L << spi;
            if (!w.allowPtrLeaks && kind != StackSlot.MISC && kind != StackSlot.ZERO) {
                throw w.reject(
                        Reject.EINVAL,
                        "spilled ptr in range of var-offset stack write; insn %d, ptr off: %d",
                        w.insn,
                        i);
            }
            if (zero && kind == StackSlot.SPILL && slot.reg.isNull()) {
                zeroUsed = true;
                continue;
            }
            boolean stays = zero && kind == StackSlot.ZERO;
            zeroUsed |= stays;
            frame.setSlot(
                    spi,
                    StackSlot.bytes(StackSlot.setKind(scrubbed(slot), i & 7, stays ? StackSlot.ZERO : StackSlot.MISC)));
        }
        if (zeroUsed && value.register() >= 0) {
            w.explore.markPrecise(value.register());
        }
    }
}
