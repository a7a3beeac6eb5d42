package dev.skep.verifier.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Everything known at one point of one path. Mutable; {@link #copy} shares the immutable parts.
 *
 * <p>The fields from {@code parent} on belong to the exploration (package explore): a state that is stored as a
 * checkpoint is never walked again, only compared with and marked.
 */
public final class VerifierState {
    /** Frames, outermost first. */
    public final ArrayList<Frame> frames = new ArrayList<>(2);
    /** Things held, in order of acquisition. */
    public final ArrayList<Reference> references = new ArrayList<>(2);

    /** Explicit RCU read-side section. */
    public boolean rcuLock;
    /** Nesting of preempt-disabled sections. */
    public int preemptDepth;
    /** Id of the innermost irq-disabled section, 0 none. */
    public int activeIrqId;
    /** The code may sleep here, but for the regions above. */
    public boolean sleepable;
    /** Explored only because the processor might, not because the program can. */
    public boolean speculative;

    /** The checkpoint this path started from, null at the entry. */
    public VerifierState parent;
    /** Paths from here not finished yet, this one included. */
    public int branches = 1;
    /** Where the path from {@code parent} starts and where it stands; slot indexes. */
    public int firstInsn;

    public int lastInsn = -1;
    /** Instruction this state is at (checkpoint) or will start at (pending). */
    public int insn;
    /** Instruction index of the branch instruction that pushed this state. */
    public int pushedFrom;
    /** Times a may_goto was passed on this path. */
    public int mayGotoDepth;
    /** Callback entries unrolled on this path, over all frames. */
    public int callbackUnrollDepth;
    /** Iterations of open-coded loops on this path. */
    public int dfsDepth;
    /** How this path came here from {@code firstInsn}, newest entry first; null when straight. */
    public Jump history;
    /** Entries in {@code history}. */
    public int historyLength;
    /** A checkpoint's bookkeeping (hit and miss counts), null for states that are not stored. */
    public Object exploration;

    public Frame frame() {
        return frames.getLast();
    }

    /** Where frame {@code number} stands: the state's instruction, or the call that the next frame came from. */
    public int insnOf(int number) {
        return number == frames.size() - 1 ? insn : frames.get(number + 1).callSite;
    }

    public int currentFrame() {
        return frames.size() - 1;
    }

    /**
     * A copy with its own frames; exploration fields are copied but for {@code branches}, which is 1, and the
     * bookkeeping.
     */
    public VerifierState copy() {
        VerifierState s = new VerifierState();
        for (int i = 0; i < frames.size(); i++) {
            s.frames.add(frames.get(i).copy());
        }
        s.references.addAll(references);
        s.rcuLock = rcuLock;
        s.preemptDepth = preemptDepth;
        s.activeIrqId = activeIrqId;
        s.sleepable = sleepable;
        s.speculative = speculative;
        s.parent = parent;
        s.firstInsn = firstInsn;
        s.lastInsn = lastInsn;
        s.insn = insn;
        s.pushedFrom = pushedFrom;
        s.mayGotoDepth = mayGotoDepth;
        s.callbackUnrollDepth = callbackUnrollDepth;
        s.dfsDepth = dfsDepth;
        s.history = history;
        s.historyLength = historyLength;
        return s;
    }

    /** Replaces every register and every spilled register, in all frames, by what {@code change} makes of it. */
    public void mapRegisters(UnaryOperator<RegState> change) {
        for (int f = 0; f < frames.size(); f++) {
            Frame frame = frames.get(f);
            for (int r = 0; r < 10; r++) {
                RegState reg = frame.regs[r];
                if (reg != RegState.NOT_INIT) {
                    frame.regs[r] = change.apply(reg);
                }
            }
            for (int i = 0; i < frame.slotCount(); i++) {
                StackSlot slot = frame.slot(i);
                if (slot.reg != null) {
                    RegState now = change.apply(slot.reg);
                    if (now != slot.reg) {
                        frame.setSlot(i, now.isInit() ? slot.withReg(now) : StackSlot.ALL_MISC);
                    }
                }
            }
        }
    }

    /** The innermost spin lock or resilient lock held, null if none. */
    public Reference activeLock() {
        for (int i = references.size() - 1; i >= 0; i--) {
            if (references.get(i).isLock()) {
                return references.get(i);
            }
        }
        return null;
    }

    public int lockCount() {
        int n = 0;
        for (Reference r : references) {
            if (r.isLock()) {
                n++;
            }
        }
        return n;
    }

    /** The object reference with this id, null if none. */
    public Reference reference(int id) {
        for (Reference r : references) {
            if (r.kind() == Reference.Kind.POINTER && r.id() == id) {
                return r;
            }
        }
        return null;
    }

    /** True in a region where the program must not sleep: not sleepable at all, or RCU, preempt, irq or lock held. */
    public boolean mustNotSleep() {
        return !sleepable || rcuLock || preemptDepth > 0 || activeIrqId != 0 || activeLock() != null;
    }

    /** Inside an RCU read-side section, explicit or because the program cannot sleep. */
    public boolean inRcuSection() {
        return rcuLock || !sleepable || activeLock() != null || preemptDepth > 0 || activeIrqId != 0;
    }

    /** Object references held: without locks and irq flags. */
    public List<Reference> objectReferences() {
        List<Reference> out = new ArrayList<>();
        for (Reference r : references) {
            if (r.kind() == Reference.Kind.POINTER) {
                out.add(r);
            }
        }
        return out;
    }
}
