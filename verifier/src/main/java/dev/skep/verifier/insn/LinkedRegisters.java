package dev.skep.verifier.insn;

import dev.skep.object.isa.AluOp;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.LinkedSet;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.value.ScalarOps;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/**
 * The registers and spilled slots that share ids with the operands of a jump, at most six; what the jump tells of an
 * operand holds for them.
 */
final class LinkedRegisters {
    private long set = LinkedSet.EMPTY;

    int count() {
        return LinkedSet.size(set);
    }

    /** As a {@link LinkedSet}. */
    long packed() {
        return set;
    }

    /**
     * Adds everything in the current state that shares {@code id}; what finds no place loses its id. Dead registers are
     * skipped. When both operands have the same id, all are collected twice and take twice the room, as in Linux.
     */
    void collect(Walk w, int id) {
        VerifierState s = w.state;
        for (int f = s.currentFrame(); f >= 0; f--) {
            Frame frame = s.frames.get(f);
            int at = f == s.currentFrame() ? w.insn : s.frames.get(f + 1).callSite;
            int live = w.layout.liveRegs(at);
            for (int r = 0; r < 10; r++) {
                RegState reg = frame.regs[r];
                if ((live >>> r & 1) != 0 && reg.isScalar() && reg.id == id && !add(f, r, true)) {
                    frame.regs[r] = reg.withId(0);
                }
            }
            for (int i = 0; i < frame.slotCount(); i++) {
                StackSlot slot = frame.slot(i);
                if (slot.reg != null && slot.reg.isScalar() && slot.reg.id == id && !add(f, i, false)) {
                    frame.setSlot(i, slot.withReg(slot.reg.withId(0)));
                }
            }
        }
    }

    private boolean add(int frame, int index, boolean register) {
        if (count() == LinkedSet.MAX) {
            return false;
        }
        set = LinkedSet.add(set, register, frame, index);
        return true;
    }

    /** Gives every collected register of state {@code s} what is now known of {@code known}. */
    void update(VerifierState s, RegState known) {
        for (int i = 0; i < count(); i++) {
            Frame frame = s.frames.get(LinkedSet.frame(set, i));
            int index = LinkedSet.index(set, i);
            if (LinkedSet.isRegister(set, i)) {
                frame.regs[index] = updated(frame.regs[index], known);
            } else {
                StackSlot slot = frame.slot(index);
                frame.setSlot(index, slot.withReg(updated(slot.reg, known)));
            }
        }
    }

    private static RegState updated(RegState reg, RegState known) {
        if (reg == known || !reg.isScalar() || reg.id != known.id) {
            return reg;
        }
        if (reg.hasDelta && known.hasDelta && reg.delta32 != known.delta32) {
            return reg;
        }
        if (!reg.hasDelta && !known.hasDelta || reg.off == known.off) {
            return known;
        }
        long distance = (long) reg.off - known.off;
        boolean low = reg.hasDelta && reg.delta32 || known.hasDelta && known.delta32;
        ScalarValue value = ScalarOps.apply(AluOp.ADD, !low, known.var, ScalarValue.ofConst(distance));
        return reg.withVar(value).withPrecise(known.precise);
    }
}
