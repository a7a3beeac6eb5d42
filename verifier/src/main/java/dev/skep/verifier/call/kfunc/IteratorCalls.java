package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.call.References;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.SlotObject.Iterator.Guard;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Open-coded iterators: an object of one or more stack slots that {@code new} makes, {@code next} steps and {@code
 * destroy} ends.
 *
 * <p>Each {@code next} forks: one path takes another element, the other finds the iterator drained.
 */
final class IteratorCalls {
    private IteratorCalls() {}

    static void argument(Walk w, KfuncMeta meta, int i) {
        KfuncSignature s = meta.signature;
        int reg = i + 1;
        RegState r = w.reg(reg);
        if (!(r.type instanceof RegType.Stack)) {
            throw w.reject(Reject.EINVAL, "arg#%d expected pointer to an iterator on stack", i);
        }
        if (s.kfunc().special() == KfuncFamily.ITER_CSS_TASK_NEW && !mayIterateCssTasks(w)) {
            throw w.reject(Reject.EINVAL, "css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs");
        }
        int typeId = s.pointee(i);
        Btf btf = s.btf();
        if (!(btf.type(typeId) instanceof BtfType.Struct type) || !type.name().startsWith("bpf_iter_")) {
            throw w.reject(Reject.EINVAL, "expected valid iter pointer as arg #%d", i);
        }
        int slots = type.size() / 8;
        String name = type.name().substring("bpf_iter_".length());
        if (s.is(Kfunc.ITER_NEW)) {
            make(w, meta, i, slots, name, typeId);
        } else {
            use(w, meta, i, slots, name, typeId);
        }
    }

    private static boolean mayIterateCssTasks(Walk w) {
        return switch (w.program.type()) {
            case LSM -> true;
            case TRACING -> w.program.attachType() == AttachType.TRACE_ITER || w.state.sleepable;
            case ProgramType _ -> w.state.sleepable;
        };
    }

    private static void make(Walk w, KfuncMeta meta, int i, int slots, String name, int typeId) {
        int reg = i + 1;
        RegState r = w.reg(reg);
        String problem = DynptrSlots.offsetProblem(r, 1, "iter");
        if (slots == 1 && DynptrSlots.isFrameTop(r)) {
            if (DynptrSlots.frameOf(w, r).slot(0).kinds == StackSlot.ITER * 0x1111_1111) {
                throw w.reject(Reject.EINVAL, "expected uninitialized iter_%s as arg #%d", name, i);
            }
            throw w.reject(Reject.EACCES, "invalid write to stack R%d off=0 size=8", reg);
        }
        boolean outside =
                problem == null && (DynptrSlots.spi(r) - slots + 1 < 0 || DynptrSlots.spi(r) >= Frame.MAX_SLOTS);
        Frame frame = DynptrSlots.frameOf(w, r);
        int spi = problem == null ? DynptrSlots.spi(r) : -1;
        boolean taken = problem != null;
        for (int k = 0; k < slots && !taken && !outside; k++) {
            taken = frame.slot(spi - k).kinds == StackSlot.ITER * 0x1111_1111;
        }
        if (taken) {
            throw w.reject(
                    Reject.EINVAL,
                    "%sexpected uninitialized iter_%s as arg #%d",
                    problem == null ? "" : problem + "\n",
                    name,
                    i);
        }
        for (int k = 0; k < slots; k++) {
            MemoryAccess.storeUnknown(w, reg, 8 * k, 8);
        }
        Guard guard =
                !meta.signature.is(Kfunc.RCU_PROTECTED) ? Guard.NONE : w.state.inRcuSection() ? Guard.RCU : Guard.LOST;
        int ref = References.acquire(w);
        for (int k = 0; k < slots; k++) {
            boolean first = k == 0;
            SlotObject.Iterator one = new SlotObject.Iterator(
                    first, meta.signature.btf(), typeId, false, 0, first ? ref : 0, first ? guard : Guard.NONE);
            w.setSlot(frame, spi - k, StackSlot.object(StackSlot.ITER, one));
        }
        w.explore.writeSlots(frame.number, mask(spi, slots));
    }

    private static long mask(int spi, int slots) {
        return ((1L << slots) - 1) << (spi - slots + 1);
    }

    private static void use(Walk w, KfuncMeta meta, int i, int slots, String name, int typeId) {
        RegState r = w.reg(i + 1);
        String problem = DynptrSlots.offsetProblem(r, slots, "iter");
        SlotObject.Iterator found = problem == null ? at(w, r, slots, typeId) : null;
        if (found == null) {
            throw w.reject(
                    Reject.EINVAL,
                    "%sexpected an initialized iter_%s as arg #%d",
                    problem == null ? "" : problem + "\n",
                    name,
                    i);
        }
        if (found.guard() == Guard.LOST) {
            throw w.reject(Reject.EINVAL, "expected an RCU CS when using %s", meta.signature.name());
        }
        Frame frame = DynptrSlots.frameOf(w, r);
        int spi = DynptrSlots.spi(r);
        w.explore.readSlots(frame.number, mask(spi, slots));
        w.touchedSlots |= mask(spi, slots);
        meta.iteratorFrame = frame.number;
        meta.iteratorSpi = spi;
        meta.refId = found.refId();
        if (meta.signature.is(Kfunc.ITER_DESTROY)) {
            References.release(w, found.refId());
            for (int k = 0; k < slots; k++) {
                w.setSlot(frame, spi - k, StackSlot.EMPTY);
            }
            w.explore.writeSlots(frame.number, mask(spi, slots));
        }
    }

    private static SlotObject.Iterator at(Walk w, RegState r, int slots, int typeId) {
        Frame frame = DynptrSlots.frameOf(w, r);
        int spi = DynptrSlots.spi(r);
        for (int k = 0; k < slots; k++) {
            if (spi - k < 0
                    || spi >= frame.slotCount()
                    || !(frame.slot(spi - k).object instanceof SlotObject.Iterator it)
                    || it.typeId() != typeId
                    || it.first() != (k == 0)) {
                return null;
            }
        }
        return (SlotObject.Iterator) frame.slot(spi).object;
    }

    /** The iterator that the arguments named, in the current state. */
    private static SlotObject.Iterator current(Walk w, KfuncMeta meta) {
        return (SlotObject.Iterator) w.state.frames.get(meta.iteratorFrame).slot(meta.iteratorSpi).object;
    }

    /** Flags of the elements that a kernel object iterator hands out. */
    static int elementFlags(Walk w, KfuncMeta meta) {
        return current(w, meta).guard() == Guard.RCU ? PtrFlags.RCU : PtrFlags.TRUSTED;
    }

    /** After {@code next}, R0 set: queues the path that got an element; the current one goes on drained, with NULL. */
    static void fork(Walk w, KfuncMeta meta) {
        SlotObject.Iterator now = current(w, meta);
        if (!now.drained()) {
            VerifierState queued = w.explore.push(w.following(), w.insn, false);
            Frame frame = queued.frames.get(meta.iteratorFrame);
            StackSlot slot = frame.slot(meta.iteratorSpi);
            frame.setSlot(meta.iteratorSpi, slot.withObject(now.drainedTo(false, now.depth() + 1)));
            w.explore.widen(queued);
            RegState r0 = queued.frame().regs[0];
            queued.frame().regs[0] = r0.withType(r0.type.without(PtrFlags.MAYBE_NULL));
        }
        Frame frame = w.state.frames.get(meta.iteratorFrame);
        w.setSlot(frame, meta.iteratorSpi, frame.slot(meta.iteratorSpi).withObject(now.drainedTo(true, now.depth())));
        w.setReg(0, RegState.ZERO);
    }

    /** An RCU read-side section ends: iterators that depended on it are of no use but to be destroyed. */
    static void loseRcuProtection(Walk w) {
        for (Frame frame : w.state.frames) {
            for (int spi = 0; spi < frame.slotCount(); spi++) {
                StackSlot slot = frame.slot(spi);
                if (slot.object instanceof SlotObject.Iterator it && it.guard() == Guard.RCU) {
                    w.setSlot(frame, spi, slot.withObject(it.withGuard(Guard.LOST)));
                }
            }
        }
    }
}
