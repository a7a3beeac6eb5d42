package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.DynptrSlots;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Saved interrupt states on the stack: one slot each, restored in reverse order, by the kind of function that saved
 * them.
 */
final class IrqFlags {
    private IrqFlags() {}

    static void argument(Walk w, KfuncMeta meta, int reg) {
        int i = reg - 1;
        RegState r = w.reg(reg);
        if (!(r.type instanceof RegType.Stack)) {
            throw w.reject(Reject.EINVAL, "arg#%d doesn't point to an irq flag on stack", i);
        }
        KfuncFamily family = meta.signature.kfunc().special();
        boolean lock = family == KfuncFamily.RES_SPIN_LOCK_IRQSAVE || family == KfuncFamily.RES_SPIN_UNLOCK_IRQRESTORE;
        boolean saves = family == KfuncFamily.LOCAL_IRQ_SAVE || family == KfuncFamily.RES_SPIN_LOCK_IRQSAVE;
        String problem = DynptrSlots.offsetProblem(r, 1, "irq_flag");
        if (saves) {
            save(w, reg, problem, lock);
        } else {
            restore(w, reg, problem, lock);
        }
    }

    private static void save(Walk w, int reg, String problem, boolean lock) {
        RegState r = w.reg(reg);
        Frame frame = DynptrSlots.frameOf(w, r);
        if (DynptrSlots.isFrameTop(r)) {
            if (frame.slot(0).object instanceof SlotObject.IrqFlag) {
                throw w.reject(Reject.EINVAL, "expected uninitialized irq flag as arg#%d", reg - 1);
            }
            throw w.reject(Reject.EACCES, "invalid write to stack R%d off=0 size=8", reg);
        }
        int spi = problem == null ? DynptrSlots.spi(r) : -1;
        if (problem != null || frame.slot(spi).object instanceof SlotObject.IrqFlag) {
            throw w.reject(
                    Reject.EINVAL,
                    "%sexpected uninitialized irq flag as arg#%d",
                    problem == null ? "" : problem + "\n",
                    reg - 1);
        }
        MemoryAccess.storeUnknown(w, reg, 0, 8);
        int id = w.nextId();
        w.state.references.add(new Reference(Reference.Kind.IRQ, id, w.insn, null, 0));
        w.state.activeIrqId = id;
        w.setSlot(frame, spi, StackSlot.object(StackSlot.IRQ_FLAG, new SlotObject.IrqFlag(id, lock)));
        w.explore.writeSlots(frame.number, 1L << spi);
    }

    private static void restore(Walk w, int reg, String problem, boolean lock) {
        RegState r = w.reg(reg);
        Frame frame = DynptrSlots.frameOf(w, r);
        int spi = problem == null ? DynptrSlots.spi(r) : -1;
        if (problem != null || !(frame.slot(spi).object instanceof SlotObject.IrqFlag flag)) {
            throw w.reject(
                    Reject.EINVAL,
                    "%sexpected an initialized irq flag as arg#%d",
                    problem == null ? "" : problem + "\n",
                    reg - 1);
        }
        w.explore.readSlots(frame.number, 1L << spi);
        if (flag.lock() != lock) {
            throw w.reject(
                    Reject.EINVAL,
                    "irq flag acquired by %s kfuncs cannot be restored with %s kfuncs",
                    flag.lock() ? "lock" : "native",
                    lock ? "lock" : "native");
        }
        if (flag.refId() != w.state.activeIrqId) {
            Reference active = w.state.references.stream()
                    .filter(x -> x.kind() == Reference.Kind.IRQ && x.id() == w.state.activeIrqId)
                    .findFirst()
                    .orElse(null);
            throw w.reject(
                    Reject.EACCES,
                    "cannot restore irq state out of order, expected id=%d acquired at insn_idx=%d",
                    w.state.activeIrqId,
                    active == null ? 0 : active.insn());
        }
        w.state.references.removeIf(x -> x.kind() == Reference.Kind.IRQ && x.id() == flag.refId());
        w.state.activeIrqId = 0;
        for (Reference x : w.state.references) {
            if (x.kind() == Reference.Kind.IRQ) {
                w.state.activeIrqId = x.id();
            }
        }
        w.setSlot(frame, spi, StackSlot.EMPTY);
        w.explore.writeSlots(frame.number, 1L << spi);
    }
}
