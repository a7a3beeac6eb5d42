package dev.skep.verifier.explore;

import dev.skep.verifier.diag.KernelLogWriter;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Jump;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;

/**
 * Finds out which values of older states decided something. From the deciding register it goes back over the path's
 * history; every checkpoint on the way gets the register, or whatever it was made from, marked precise.
 *
 * <p>The current state itself is never marked: it is not compared with. Programs without CAP_BPF are precise
 * throughout: there is nothing to find, only the log tells what would be looked for.
 */
final class Precision {
    private final Walk walk;
    private final KernelLogWriter writer;
    private final Wanted wanted = new Wanted();
    private final Backstep backstep;
    /** Some checkpoint got a new mark in the last run. */
    private boolean changed;

    Precision(Walk walk, KernelLogWriter writer) {
        this.walk = walk;
        this.writer = writer;
        this.backstep = new Backstep(walk, wanted);
    }

    void register(VerifierState state, int frame, int reg) {
        if (walk.bpfCapable && state.frames.get(frame).regs[reg].isScalar()) {
            wanted.reset(state.currentFrame());
            wanted.regs[frame] = 1 << reg;
            trace(state);
        }
    }

    void slot(VerifierState state, int frame, int spi) {
        if (walk.bpfCapable) {
            wanted.reset(state.currentFrame());
            wanted.addSlot(frame, spi);
            trace(state);
        }
    }

    /**
     * The walk of {@code current} ends because {@code old} covers it: what decided something after {@code old} decides
     * after {@code current}.
     *
     * @return true when a checkpoint got a new mark
     */
    boolean propagate(VerifierState old, VerifierState current) {
        wanted.reset(current.currentFrame());
        boolean log = walk.log.level2();
        for (int f = old.currentFrame(); f >= 0; f--) {
            collect(old.frames.get(f), f);
            if (log && (wanted.regs[f] != 0 || wanted.slots[f] != 0)) {
                walk.log.print("frame " + f + ": propagating " + names(f) + "\n");
            }
        }
        if (!walk.bpfCapable) {
            return false;
        }
        trace(current);
        return changed;
    }

    private String names(int f) {
        StringBuilder text = new StringBuilder(Wanted.registers(wanted.regs[f]));
        for (int i = 0; i < 64; i++) {
            if (wanted.hasSlot(f, i)) {
                text.append(text.isEmpty() ? "fp" : ",fp").append(-8 * (i + 1));
            }
        }
        return text.toString();
    }

    private void collect(Frame frame, int f) {
        for (int r = 0; r < 10; r++) {
            if (precise(frame.regs[r])) {
                wanted.regs[f] |= 1 << r;
            }
        }
        for (int i = 0; i < frame.slotCount(); i++) {
            RegState reg = frame.slot(i).reg;
            if (reg != null && precise(reg)) {
                wanted.addSlot(f, i);
            }
        }
    }

    private boolean precise(RegState reg) {
        return (reg.precise || !walk.bpfCapable) && reg.isScalar();
    }

    private void trace(VerifierState start) {
        changed = false;
        if (wanted.isEmpty()) {
            return;
        }
        VerifierState state = start;
        int first = state.firstInsn;
        int last = state.insn;
        int later = -1;
        boolean skip = true;
        while (true) {
            if (walk.log.level2()) {
                walk.log.print("mark_precise: frame" + wanted.frame + ": last_idx " + last + " first_idx " + first
                        + " subseq_idx " + later + " \n");
            }
            if (last < 0) {
                markEntry(state, start);
                return;
            }
            Jump history = state.history;
            int insn = last;
            while (true) {
                Jump entry = history != null && history.insn == insn ? history : null;
                if (skip) {
                    skip = false;
                } else if (!undo(insn, later, entry)) {
                    markEverything(start);
                    return;
                }
                if (wanted.isEmpty()) {
                    return;
                }
                later = insn;
                if (insn == state.firstInsn && (history == null || history.older == null && history.insn == insn)) {
                    break;
                }
                if (entry != null) {
                    insn = history.from;
                    history = history.older;
                } else {
                    insn--;
                }
                if (insn < 0) {
                    markEverything(start);
                    return;
                }
            }
            state = state.parent;
            if (state == null) {
                break;
            }
            markCheckpoint(state);
            if (wanted.isEmpty()) {
                return;
            }
            later = first;
            last = state.lastInsn;
            first = state.firstInsn;
        }
        markEverything(start);
    }

    private boolean undo(int insn, int later, Jump entry) {
        if (walk.log.level2() && walk.code.at(insn) != null) {
            walk.log.print("mark_precise: frame" + wanted.frame + ": regs=" + Wanted.registers(wanted.current())
                    + " stack=" + Wanted.slots(wanted.currentSlots()) + " before " + insn + ": "
                    + writer.instruction(insn) + "\n");
        }
        return backstep.undo(insn, later, entry);
    }

    /** The walk began here: arguments of a global function may be what was looked for. */
    private void markEntry(VerifierState state, VerifierState start) {
        Frame frame = state.frames.getFirst();
        boolean arguments = state.frames.size() == 1
                && frame.subprogram > 0
                && frame.callSite < 0
                && wanted.currentSlots() == 0
                && (wanted.current() & ~Wanted.ARGUMENTS) == 0;
        if (!arguments) {
            markEverything(start);
            return;
        }
        for (int r = 1; r <= 5; r++) {
            if (wanted.has(r) && frame.regs[r].isScalar()) {
                frame.regs[r] = frame.regs[r].withPrecise(true);
                changed = true;
            }
        }
    }

    /** Marks what is wanted in a checkpoint; what is marked already, or no scalar there, needs no further search. */
    private void markCheckpoint(VerifierState state) {
        for (int f = wanted.frame; f >= 0; f--) {
            Frame frame = state.frames.get(f);
            for (int r = 0, mask = wanted.regs[f]; mask != 0; r++, mask >>>= 1) {
                if ((mask & 1) == 0) {
                    continue;
                }
                RegState reg = frame.regs[r];
                if (!reg.isScalar() || reg.precise) {
                    wanted.regs[f] &= ~(1 << r);
                } else {
                    frame.regs[r] = reg.withPrecise(true);
                    changed = true;
                }
            }
            for (long mask = wanted.slots[f]; mask != 0; mask &= mask - 1) {
                markSlot(frame, f, Long.numberOfTrailingZeros(mask));
            }
            if (walk.log.level2()) {
                walk.log.print("mark_precise: frame" + f + ": parent state regs=" + Wanted.registers(wanted.regs[f])
                        + " stack=" + Wanted.slots(wanted.slots[f]) + ": ");
                writer.whole(state, frame);
            }
        }
    }

    private void markSlot(Frame frame, int f, int spi) {
        StackSlot slot = frame.slot(spi);
        if (slot.reg == null || !slot.reg.isScalar() || slot.reg.precise) {
            wanted.removeSlot(f, spi);
        } else {
            frame.setSlot(spi, slot.withReg(slot.reg.withPrecise(true)));
            changed = true;
        }
    }

    /** Gives up following: every scalar of every checkpoint on the path is taken as decisive. */
    void markEverything(VerifierState start) {
        boolean log = walk.log.level2();
        if (log) {
            walk.log.print(
                    "mark_precise: frame" + start.currentFrame() + ": falling back to forcing all scalars precise\n");
        }
        for (VerifierState state = start.parent; state != null; state = state.parent) {
            for (int f = 0; f < state.frames.size(); f++) {
                Frame frame = state.frames.get(f);
                for (int r = 0; r < 10; r++) {
                    RegState reg = frame.regs[r];
                    if (reg.isScalar() && !reg.precise) {
                        frame.regs[r] = reg.withPrecise(true);
                        changed = true;
                        if (log) {
                            walk.log.print("force_precise: frame" + f + ": forcing r" + r + " to be precise\n");
                        }
                    }
                }
                for (int i = 0; i < frame.slotCount(); i++) {
                    StackSlot slot = frame.slot(i);
                    if (slot.reg != null && slot.reg.isScalar() && !slot.reg.precise) {
                        frame.setSlot(i, slot.withReg(slot.reg.withPrecise(true)));
                        changed = true;
                        if (log) {
                            walk.log.print(
                                    "force_precise: frame" + f + ": forcing fp" + -8 * (i + 1) + " to be precise\n");
                        }
                    }
                }
            }
        }
    }
}
