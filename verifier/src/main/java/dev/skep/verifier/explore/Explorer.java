package dev.skep.verifier.explore;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.KernelLogWriter;
import dev.skep.verifier.diag.LogTrail;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.insn.Steps;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Jump;
import dev.skep.verifier.state.LinkedSet;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Exploration;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;

/**
 * The depth-first walk over all paths of one function: steps the current path until it ends or an older state covers
 * it, then goes on with the branch pushed last.
 */
public final class Explorer implements Exploration {
    private static final int MAX_PENDING = 8192;
    private static final int INTERRUPT_MASK = 0xfff;

    private final Walk walk;
    private final KernelLogWriter writer;
    private final Counters counters = new Counters();
    private final Precision precision;
    private final Loops loops;
    private final StackLiveness liveness;
    private final Checkpoints checkpoints;
    private final Widening widening = new Widening();
    private final int[] stackDepth;
    private final LogTrail trail;
    /** Text is wanted for the current visit. */
    private boolean log;

    /** Branches not walked yet, the next one last. */
    private final ArrayList<Pending> pending = new ArrayList<>();
    /** The instruction executed before the current one on this path, -1 at the entry. */
    private int previous;
    /** The current instruction has its history entry already. */
    private boolean recorded;
    /** A new path began and its state was not printed yet. */
    private boolean switched;
    /** The return from the callee of this step was printed. */
    private boolean returnPrinted;

    private Frame steppingFrame;

    private record Pending(VerifierState state, long logPosition, int trailSize) {}

    public Explorer(Walk walk, KernelLogWriter writer) {
        this.walk = walk;
        this.writer = writer;
        this.trail = walk.log.trail();
        this.precision = new Precision(walk, writer);
        this.loops = new Loops(walk, precision, counters);
        this.liveness = new StackLiveness(walk);
        this.checkpoints =
                new Checkpoints(walk, counters, precision, loops, liveness, writer, () -> record(Jump.NO_SLOT, 0));
        this.stackDepth = new int[walk.layout.subprogramCount()];
        walk.explore = this;
    }

    public Counters counters() {
        return counters;
    }

    /** Deepest stack use of each subprogram so far, in bytes. */
    public int[] stackDepth() {
        return stackDepth;
    }

    /** Walks everything that can follow from {@code entry}, which stands at {@code entry.insn}. */
    void explore(VerifierState entry) {
        checkpoints.clear();
        loops.clear();
        pending.clear();
        writer.forgetLine();
        entry.firstInsn = entry.insn;
        walk.state = entry;
        walk.insn = entry.insn;
        previous = -1;
        switched = false;
        touchAll();
        liveness.framesChanged();
        if (trail != null && trail.recording()) {
            trail.cutTo(0);
            walk.log.mute(true);
        }
        log = walk.log.on();
        while (true) {
            boolean ended = visit();
            if (ended) {
                touchAll();
                finish(walk.state);
                liveness.update();
                if (!pop()) {
                    break;
                }
            }
        }
        walk.log.mute(false);
        if (!walk.log.level2()) {
            walk.log.cutTo(0);
        }
    }

    private void touchAll() {
        walk.touchedRegs = -1;
        walk.touchedSlots = -1;
    }

    /** One instruction. True when the path ends here. */
    private boolean visit() {
        VerifierState state = walk.state;
        int insn = walk.insn;
        recorded = false;
        if (insn < 0 || insn >= walk.code.size()) {
            throw Reject.at(insn, Reject.EFAULT, "invalid insn idx " + insn + " insn_cnt " + walk.code.size());
        }
        if (++counters.processed > walk.options.maxInstructions()) {
            throw Reject.at(insn, Reject.E2BIG, "BPF program is too large. Processed " + counters.processed + " insn");
        }
        if (trail != null) {
            followTrail();
        }
        if ((counters.processed & INTERRUPT_MASK) == 0 && Thread.currentThread().isInterrupted()) {
            throw Reject.at(insn, Reject.EAGAIN, "");
        }
        state.lastInsn = previous;
        state.insn = insn;
        if (walk.layout.prunePoint(insn) && checkpoints.visit(insn)) {
            if (log) {
                writer.safe(state, previous, insn, switched);
            }
            return true;
        }
        if (walk.layout.jumpPoint(insn)) {
            record(Jump.NO_SLOT, 0);
        }
        if (log) {
            print(state, insn);
        } else if (trail != null && !trail.recording()) {
            writer.silentStep(insn, walk.touchedRegs != 0 || walk.touchedSlots != 0);
            walk.touchedRegs = 0;
            walk.touchedSlots = 0;
        }
        if (state.speculative && walk.barriers.get(insn)) {
            return true;
        }
        if (walk.claims != null && !state.speculative) {
            walk.claims.note(insn, state);
        }
        return step(state, insn);
    }

    private void followTrail() {
        if (trail.recording()) {
            trail.add(counters.processed);
        } else {
            log = trail.has(counters.processed);
            walk.log.mute(!log);
        }
    }

    private void print(VerifierState state, int insn) {
        if (switched && walk.log.level2()) {
            writer.switched(state, previous, insn);
            switched = false;
        }
        printChanges(state, insn);
        writer.step(insn);
    }

    private void printChanges(VerifierState state, int insn) {
        if (walk.touchedRegs != 0 || walk.touchedSlots != 0) {
            writer.changes(state, insn, walk.touchedRegs, walk.touchedSlots);
            walk.touchedRegs = 0;
            walk.touchedSlots = 0;
        }
    }

    private boolean step(VerifierState state, int insn) {
        Instruction instruction = walk.code.at(insn);
        if (instruction != null && instruction.isJumpClass()) {
            counters.jumps++;
        }
        int frames = state.frames.size();
        steppingFrame = state.frame();
        returnPrinted = false;
        previous = insn;
        walk.next = walk.following();
        walk.pathDone = false;
        if (!state.speculative) {
            walk.facts.visit(insn);
        }
        liveness.begin(insn);
        if (instruction instanceof Instruction.Branch branch) {
            recordStackOperands(branch);
        }
        try {
            Steps.step(walk);
        } catch (Reject reject) {
            if (!state.speculative || !recoverable(reject)) {
                throw reject;
            }
            walk.log.print(reject.text);
            walk.barriers.set(insn);
            walk.masks.remove(insn);
            walk.pathDone = true;
        }
        if (state.frames.size() == frames) {
            liveness.commit(frames - 1);
        } else {
            framesChanged(state, frames);
        }
        noteStackUse(state);
        if (walk.pathDone) {
            return true;
        }
        if (instruction instanceof Instruction.Branch) {
            if (log) {
                printChanges(state, insn);
            } else {
                walk.touchedRegs = 0;
                walk.touchedSlots = 0;
            }
        }
        walk.insn = walk.next;
        return false;
    }

    private static boolean recoverable(Reject reject) {
        return reject.errno == Reject.EPERM || reject.errno == Reject.EACCES || reject.errno == Reject.EINVAL;
    }

    private void framesChanged(VerifierState state, int framesBefore) {
        liveness.framesChanged();
        if (walk.pathDone) {
            return;
        }
        if (state.frames.size() > framesBefore) {
            touchAll();
            if (log) {
                writer.entered(state);
            }
        } else {
            printReturn(state);
            boolean exit = walk.code.at(walk.insn) instanceof Instruction.Exit;
            walk.touchedRegs = exit ? 0 : 1;
            walk.touchedSlots = 0;
            switched = exit;
        }
    }

    private void printReturn(VerifierState state) {
        if (log && !returnPrinted) {
            returnPrinted = true;
            writer.returned(state, steppingFrame, walk.next);
        }
    }

    private void noteStackUse(VerifierState state) {
        for (int f = 0; f < state.frames.size(); f++) {
            Frame frame = state.frames.get(f);
            if (frame.stackBytes() > stackDepth[frame.subprogram]) {
                stackDepth[frame.subprogram] = frame.stackBytes();
            }
        }
    }

    /** A comparison with a stack pointer says nothing about the other operand's value. */
    private void recordStackOperands(Instruction.Branch branch) {
        if (!branch.fromRegister() || branch.dst() > 10 || branch.src() > 10) {
            return;
        }
        boolean dst = walk.reg(branch.dst()).type instanceof RegType.Stack;
        boolean src = walk.reg(branch.src()).type instanceof RegType.Stack;
        if (dst || src) {
            record(Jump.NO_SLOT, dst, src, LinkedSet.EMPTY);
        }
    }

    private void record(int slot, long linked) {
        record(slot, false, false, linked);
    }

    /** Adds to the current state's history; what one instruction adds twice is joined. */
    private void record(int slot, boolean dstIsStack, boolean srcIsStack, long linked) {
        VerifierState state = walk.state;
        if (recorded) {
            Jump j = state.history;
            state.history = new Jump(
                    j.insn,
                    j.from,
                    slot == Jump.NO_SLOT ? j.slot : slot,
                    j.dstIsStack || dstIsStack,
                    j.srcIsStack || srcIsStack,
                    linked == LinkedSet.EMPTY ? j.linked : linked,
                    j.older);
            return;
        }
        recorded = true;
        // During a step the current instruction is also the "previous" one of the next; its own predecessor is
        // lastInsn.
        state.history = new Jump(state.insn, state.lastInsn, slot, dstIsStack, srcIsStack, linked, state.history);
        state.historyLength++;
    }

    /** The path of {@code state} has ended, and with it perhaps all paths from the checkpoints before it. */
    private void finish(VerifierState state) {
        for (VerifierState s = state; s != null; s = s.parent) {
            if (--s.branches > 0) {
                return;
            }
            loops.finished(s);
            checkpoints.finished(s);
        }
    }

    private boolean pop() {
        if (pending.isEmpty()) {
            return false;
        }
        Pending next = pending.removeLast();
        if (!walk.log.level2()) {
            walk.log.cutTo(next.logPosition);
        }
        if (trail != null && trail.recording()) {
            trail.cutTo(next.trailSize);
        }
        walk.state = next.state;
        walk.insn = next.state.insn;
        previous = next.state.pushedFrom;
        switched = true;
        liveness.framesChanged();
        return true;
    }

    private void queue(VerifierState state, String tail) {
        pending.add(new Pending(state, walk.log.position(), trail == null ? 0 : trail.size()));
        if (pending.size() > MAX_PENDING) {
            boolean branch = walk.code.at(walk.insn) instanceof Instruction.Branch;
            throw Reject.at(
                    walk.insn,
                    branch ? Reject.EFAULT : Reject.ENOMEM,
                    "The sequence of " + pending.size() + " jumps is too complex" + tail);
        }
    }

    @Override
    public VerifierState push(int target, int from, boolean speculative) {
        VerifierState copy = walk.state.copy();
        copy.insn = target;
        copy.pushedFrom = from;
        copy.speculative |= speculative;
        queue(copy, ".");
        if (copy.parent != null) {
            copy.parent.branches++;
        }
        return copy;
    }

    @Override
    public VerifierState pushAsync(int subprogram, int from, boolean sleepable) {
        VerifierState state = new VerifierState();
        state.insn = walk.layout.subprogram(subprogram).start();
        state.pushedFrom = from;
        state.sleepable = sleepable;
        Frame frame = new Frame(0, -1, subprogram);
        frame.inAsyncCallback = true;
        frame.asyncEntries = walk.frame().asyncEntries + 1;
        frame.callbackReturnRange = new long[] {0, 0};
        state.frames.add(frame);
        queue(state, " for async cb.");
        return state;
    }

    @Override
    public void markPrecise(int reg) {
        precision.register(walk.state, walk.state.currentFrame(), reg);
    }

    @Override
    public void markPrecise(int frame, int reg) {
        precision.register(walk.state, frame, reg);
    }

    @Override
    public void markPreciseSlot(int frame, int spi) {
        precision.slot(walk.state, frame, spi);
    }

    @Override
    public void readSlots(int frame, long slots) {
        liveness.read(frame, slots);
    }

    @Override
    public void writeSlots(int frame, long slots) {
        liveness.write(frame, slots);
    }

    @Override
    public void leaveFrame() {
        liveness.update();
    }

    @Override
    public void recordSpill(int frame, int spi) {
        record(frame << 6 | spi, LinkedSet.EMPTY);
    }

    @Override
    public void recordLinked(long packedRegsAndSlots) {
        record(Jump.NO_SLOT, packedRegsAndSlots);
    }

    @Override
    public void widen(VerifierState queued) {
        VerifierState earlier;
        if (queued == walk.state) {
            printReturn(queued);
            earlier = checkpoints.earlierRound(queued, walk.next);
        } else {
            VerifierState here = walk.state.parent;
            earlier = here == null ? null : checkpoints.earlierRound(here, walk.insn);
        }
        if (earlier != null) {
            widening.apply(earlier, queued);
        }
    }
}
