package dev.skep.verifier.state;

import dev.skep.verifier.type.RegType;
import java.util.Arrays;

/**
 * One call frame: eleven registers and the stack slots in use. Mutable; its contents are not.
 *
 * <p><em>Shape</em>: slot index {@code spi} covers offsets {@code -8 * (spi + 1)} to {@code -8 * spi - 1} from the
 * frame pointer.
 */
public final class Frame {
    public static final int MAX_SLOTS = 64;
    private static final StackSlot[] NO_SLOTS = {};

    /** 0 for the outermost. */
    public final int number;
    /** Slot index of the call instruction in the caller, -1 in the outermost frame. */
    public final int callSite;
    /** Index of the subprogram executing. */
    public final int subprogram;

    public final RegState[] regs;
    private StackSlot[] slots;

    /** Slots that may be under a dynptr, one bit each; a slot that is not here is under none. */
    public long covered;

    /** Runs as a callback that the helper at {@code callSite} calls synchronously. */
    public boolean inCallback;
    /** Runs as a callback called later (timer, workqueue, task work). */
    public boolean inAsyncCallback;
    /** Number of asynchronous callbacks on the way here. */
    public int asyncEntries;
    /** Runs as the exception callback. */
    public boolean inExceptionCallback;
    /** How often the callback-calling instruction of this frame has entered its callback on this path. */
    public int callbackDepth;
    /** {min, max} of R0 when this callback returns; null: no rule. */
    public long[] callbackReturnRange;

    public Frame(int number, int callSite, int subprogram) {
        this.number = number;
        this.callSite = callSite;
        this.subprogram = subprogram;
        this.regs = new RegState[11];
        Arrays.fill(regs, RegState.NOT_INIT);
        regs[10] = RegState.pointer(RegType.Stack.of(number));
        this.slots = NO_SLOTS;
    }

    private Frame(Frame from) {
        number = from.number;
        callSite = from.callSite;
        subprogram = from.subprogram;
        regs = from.regs.clone();
        slots = from.slots.length == 0 ? NO_SLOTS : from.slots.clone();
        covered = from.covered;
        inCallback = from.inCallback;
        inAsyncCallback = from.inAsyncCallback;
        asyncEntries = from.asyncEntries;
        inExceptionCallback = from.inExceptionCallback;
        callbackDepth = from.callbackDepth;
        callbackReturnRange = from.callbackReturnRange;
    }

    public Frame copy() {
        return new Frame(this);
    }

    /** Number of slots allocated: the deepest touched. */
    public int slotCount() {
        return slots.length;
    }

    /** The slot, {@link StackSlot#EMPTY} when not allocated. */
    public StackSlot slot(int spi) {
        return spi < slots.length ? slots[spi] : StackSlot.EMPTY;
    }

    /** Allocates slots up to {@code spi}, then sets it. */
    public void setSlot(int spi, StackSlot slot) {
        grow(spi + 1);
        slots[spi] = slot;
    }

    /** Makes at least {@code count} slots. */
    public void grow(int count) {
        if (count > slots.length) {
            int old = slots.length;
            slots = Arrays.copyOf(slots, count);
            Arrays.fill(slots, old, count, StackSlot.EMPTY);
        }
    }

    /** Bytes of stack in use. */
    public int stackBytes() {
        return slots.length * 8;
    }
}
