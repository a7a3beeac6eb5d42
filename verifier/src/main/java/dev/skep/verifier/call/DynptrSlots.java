package dev.skep.verifier.call;

import dev.skep.kernel.DynptrType;
import dev.skep.kernel.Extensions;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.function.Predicate;

/**
 * Dynptrs on the stack: two slots each, the lower address first ({@code spi} the higher number).
 *
 * <p>Stricter than Linux 6.18 on release: every clone in every frame dies with the object, and so does every slice of
 * any of them.
 */
public final class DynptrSlots {
    private DynptrSlots() {}

    /** What is wrong with a stack pointer as the address of an object of {@code slots} slots, null if nothing. */
    public static String offsetProblem(RegState reg, int slots, String what) {
        if (!reg.var.isConst()) {
            return what + " has to be at a constant offset";
        }
        long off = reg.off + reg.var.constValue();
        if (off % 8 != 0 || slotIndex(off) < slots - 1) {
            return "cannot pass in " + what + " at an offset=" + off;
        }
        return null;
    }

    /**
     * True for an address just above the frame. Linux rounds it down to the highest slot when it looks for an object of
     * one slot there; writing one is refused all the same.
     */
    public static boolean isFrameTop(RegState reg) {
        return reg.var.isConst() && reg.off + reg.var.constValue() == 0;
    }

    private static int slotIndex(long off) {
        return off >= 0 ? -1 : (int) ((-off - 1) / 8);
    }

    /**
     * Slot index of the lower half of what the pointer names; its offset must be without problem. May be beyond the
     * frame's slots.
     */
    public static int spi(RegState reg) {
        return slotIndex(reg.off + reg.var.constValue());
    }

    /** The frame that a stack pointer points into. */
    public static Frame frameOf(Walk w, RegState reg) {
        return w.state.frames.get(((RegType.Stack) reg.type).frame());
    }

    /** The dynptr that starts at this slot, null if none. */
    public static SlotObject.Dynptr at(Frame frame, int spi) {
        return spi >= 1
                        && spi < frame.slotCount()
                        && frame.slot(spi).object instanceof SlotObject.Dynptr d
                        && d.first()
                        && frame.slot(spi - 1).object instanceof SlotObject.Dynptr second
                        && !second.first()
                ? d
                : null;
    }

    /**
     * The initialised dynptr that the register names; null when there is none. A const dynptr register is described
     * likewise.
     */
    public static SlotObject.Dynptr of(Walk w, RegState reg) {
        if (reg.type instanceof RegType.DynptrPtr p) {
            return new SlotObject.Dynptr(p.dynptr(), true, reg.id, 0);
        }
        if (!(reg.type instanceof RegType.Stack) || offsetProblem(reg, 2, "dynptr") != null) {
            return null;
        }
        return at(frameOf(w, reg), spi(reg));
    }

    /** Types whose dynptr holds a reference that must be released. */
    public static boolean isReferenced(DynptrType type) {
        return type == DynptrType.RINGBUF || type == DynptrType.FILE || type == DynptrType.MALLOC;
    }

    /**
     * Initialises the place that a stack register names, whose offset has no problem. What was there is overwritten.
     *
     * @param cloneOfRef reference of the dynptr cloned from; 0: a referenced type acquires its own
     * @return the dynptr made
     */
    public static SlotObject.Dynptr initialise(Walk w, int reg, DynptrType type, int cloneOfRef) {
        RegState pointer = w.reg(reg);
        Frame frame = frameOf(w, pointer);
        int spi = spi(pointer);
        if (spi >= Frame.MAX_SLOTS) {
            throw w.reject(Reject.EACCES, "invalid write to stack R%d off=%d size=8", reg, -8L * (spi + 1));
        }
        onStackWrite(w, frame, spi);
        onStackWrite(w, frame, spi - 1);
        int id = w.nextId();
        int refId = !isReferenced(type) ? 0 : cloneOfRef != 0 ? cloneOfRef : References.acquire(w);
        if (refId != 0) {
            w.dynptrReferences.put(id, refId);
        }
        SlotObject.Dynptr first = new SlotObject.Dynptr(type, true, id, refId);
        w.setSlot(frame, spi, StackSlot.object(StackSlot.DYNPTR, first));
        w.setSlot(frame, spi - 1, StackSlot.object(StackSlot.DYNPTR, new SlotObject.Dynptr(type, false, id, refId)));
        w.explore.writeSlots(frame.number, 3L << (spi - 1));
        return first;
    }

    /** Bounds the life of the dynptr that a stack register names. */
    public static void confine(Walk w, RegState pointer, Extent extent) {
        Frame frame = frameOf(w, pointer);
        int spi = spi(pointer);
        if (extent.covers(frame.number, spi) || extent.covers(frame.number, spi - 1)) {
            throw w.reject(Reject.EACCES, "dynptr must not cover itself at off=%d", -8 * (spi + 1));
        }
        for (int i = spi; i > spi - 2; i--) {
            StackSlot slot = frame.slot(i);
            SlotObject.Dynptr d = (SlotObject.Dynptr) slot.object;
            w.setSlot(frame, i, slot.withObject(d.within(extent)));
            w.dynptrExtents.put(d.id(), extent);
        }
    }

    /** The object changes hands: dynptrs over it and all their slices end. */
    public static void ownerGone(Walk w, int refId) {
        if (refId == 0 || !w.options.features().contains(Extensions.STACK_DYNPTR)) {
            return;
        }
        end(w, e -> e.owner() == refId);
        w.state.mapRegisters(r -> r.refId == refId && r.type instanceof RegType.Mem ? References.invalid(w) : r);
    }

    /** A frame has returned: dynptrs over its stack, wherever they are, and all their slices end. */
    public static void frameGone(Walk w, int number) {
        if (!w.options.features().contains(Extensions.STACK_DYNPTR)) {
            return;
        }
        end(w, e -> e.frame() == number);
        w.state.mapRegisters(r -> r.type instanceof RegType.Mem m && m.frame() == number ? References.invalid(w) : r);
    }

    /** Ends the dynptrs over such memory, in every frame; not their slices. */
    public static void end(Walk w, Predicate<Extent> over) {
        for (Frame frame : w.state.frames) {
            for (int spi = 1; spi < frame.slotCount(); spi++) {
                SlotObject.Dynptr d = at(frame, spi);
                if (d != null && over.test(d.extent())) {
                    clear(w, frame, spi);
                }
            }
        }
    }

    /** Records that the call reads the dynptr. */
    public static void markRead(Walk w, RegState reg) {
        if (reg.type instanceof RegType.Stack s) {
            int spi = spi(reg);
            w.explore.readSlots(s.frame(), 3L << (spi - 1));
            w.touchedSlots |= 3L << (spi - 1);
        }
    }

    /**
     * To be called before bytes of a slot are overwritten: a dynptr there dies (a referenced one may not), an iterator
     * or irq flag turns into plain bytes.
     */
    public static void onStackWrite(Walk w, Frame frame, int spi) {
        StackSlot slot = frame.slot(spi);
        if (slot.object == null) {
            return;
        }
        if (!(slot.object instanceof SlotObject.Dynptr d)) {
            w.setSlot(frame, spi, StackSlot.ALL_MISC);
            return;
        }
        if (isReferenced(d.type())) {
            throw w.reject(Reject.EINVAL, "cannot overwrite referenced dynptr");
        }
        int first = d.first() ? spi : spi + 1;
        clear(w, frame, first);
        killDataSlices(w, d.id());
    }

    /** Ends the dynptr that a stack register names (release); unreferenced ones just become uninitialised. */
    public static boolean destroy(Walk w, RegState pointer) {
        Frame frame = frameOf(w, pointer);
        int spi = spi(pointer);
        SlotObject.Dynptr d = at(frame, spi);
        if (d.refId() == 0) {
            clear(w, frame, spi);
            return true;
        }
        return releaseReferenced(w, d.refId());
    }

    private static boolean releaseReferenced(Walk w, int refId) {
        if (!References.release(w, refId)) {
            return false;
        }
        for (Frame frame : w.state.frames) {
            for (int spi = 1; spi < frame.slotCount(); spi++) {
                SlotObject.Dynptr d = at(frame, spi);
                if (d != null && d.refId() == refId) {
                    clear(w, frame, spi);
                }
            }
        }
        // The dynptr that a slice came from may be gone, with the frame it was in; the object it holds on to is what
        // counts.
        Integer gone = refId;
        w.state.mapRegisters(r -> r.type instanceof RegType.Mem m && gone.equals(w.dynptrReferences.get(m.dynptrId()))
                ? References.invalid(w)
                : r);
        return true;
    }

    private static void clear(Walk w, Frame frame, int spi) {
        w.setSlot(frame, spi, StackSlot.EMPTY);
        w.setSlot(frame, spi - 1, StackSlot.EMPTY);
        w.explore.writeSlots(frame.number, 3L << (spi - 1));
    }

    /**
     * Slices that {@code bpf_dynptr_data} handed out die with their dynptr; others outlive an overwritten one
     * harmlessly.
     */
    private static void killDataSlices(Walk w, int dynptrId) {
        w.state.mapRegisters(r ->
                r.type instanceof RegType.Mem m && m.dynptrId() == dynptrId && (m.flags() & ~PtrFlags.MAYBE_NULL) == 0
                        ? References.invalid(w)
                        : r);
    }
}
