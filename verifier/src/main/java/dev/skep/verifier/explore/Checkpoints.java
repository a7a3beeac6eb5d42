package dev.skep.verifier.explore;

import dev.skep.object.isa.Instruction;
import dev.skep.verifier.diag.KernelLogWriter;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.explore.StateSubsumption.Mode;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import java.util.Arrays;

/**
 * The stored states: compares the current one with them, stores it when that is likely to help, throws out those that
 * do not help.
 *
 * <p><em>Shape</em>: hash buckets of singly linked lists, newest first; the bucket is instruction xor call site, modulo
 * program length, as in Linux, since eviction counts depend on it.
 */
final class Checkpoints {
    private static final int MAX_HISTORY = 40;
    private static final int MIN_JUMPS = 2;
    private static final int MIN_INSTRUCTIONS = 8;
    /** Inside a loop states are stored more rarely. */
    private static final int LOOP_JUMPS = 20;

    private static final int LOOP_INSTRUCTIONS = 100;
    private static final int PATIENCE = 3;
    private static final int LOOP_PATIENCE = 64;
    private static final int MAX_UNPRIVILEGED = 64;

    private final Walk walk;
    private final Counters counters;
    private final StateSubsumption subsumption;
    private final Precision precision;
    private final Loops loops;
    private final StackLiveness liveness;
    private final KernelLogWriter writer;
    private final Checkpoint[] buckets;
    private final boolean storeAlways;
    private final Runnable recordJump;

    /** @param recordJump adds a history entry for the current instruction to the current state */
    Checkpoints(
            Walk walk,
            Counters counters,
            Precision precision,
            Loops loops,
            StackLiveness liveness,
            KernelLogWriter writer,
            Runnable recordJump) {
        this.walk = walk;
        this.counters = counters;
        this.subsumption = new StateSubsumption(walk);
        this.precision = precision;
        this.loops = loops;
        this.liveness = liveness;
        this.writer = writer;
        this.recordJump = recordJump;
        this.buckets = new Checkpoint[walk.code.size()];
        this.storeAlways =
                walk.bpfCapable && (walk.program.flags() & dev.skep.object.spec.ProgramSpec.F_TEST_STATE_FREQ) != 0;
    }

    /** Forgets all states: another function is walked. They still count as alive, as in Linux. */
    void clear() {
        Arrays.fill(buckets, null);
    }

    private int bucket(int insn, VerifierState state) {
        return Integer.remainderUnsigned(insn ^ state.frame().callSite, buckets.length);
    }

    /** What a comparison with one stored state says. */
    private enum Match {
        MISS,
        /** Covered by a finished state. */
        HIT,
        /** Covered, but marks may still come. */
        LOOP_HIT
    }

    /** The current state is at a prune point. True when an older state covers it: the path ends. */
    boolean visit(int insn) {
        VerifierState current = walk.state;
        boolean force = storeAlways || walk.layout.forceCheckpoint(insn) || current.historyLength > MAX_HISTORY;
        boolean store =
                force || counters.jumpsSinceStore() >= MIN_JUMPS && counters.processedSinceStore() >= MIN_INSTRUCTIONS;
        int bucket = bucket(insn, current);
        clean(bucket, insn, current);
        int seen = 0;
        Checkpoint before = null;
        for (Checkpoint c = buckets[bucket]; c != null; c = c.next) {
            seen++;
            if (c.state.insn != insn) {
                before = c;
                continue;
            }
            boolean unfinished = c.state.branches > 0;
            Match match = unfinished ? compareUnfinished(c, insn, current) : compareFinished(c, current);
            if (match != Match.MISS) {
                hit(c, current, insn, match == Match.LOOP_HIT);
                return true;
            }
            if (unfinished
                    && !force
                    && counters.jumpsSinceStore() < LOOP_JUMPS
                    && counters.processedSinceStore() < LOOP_INSTRUCTIONS) {
                store = false;
            }
            if (store) {
                c.misses++;
            }
            int patience = walk.layout.forceCheckpoint(insn) && unfinished ? LOOP_PATIENCE : PATIENCE;
            if (c.misses > c.hits * patience + patience) {
                evict(c, before, bucket);
            } else {
                before = c;
            }
        }
        counters.maxStatesPerInsn = Math.max(counters.maxStatesPerInsn, seen);
        if (store && (walk.bpfCapable || seen <= MAX_UNPRIVILEGED)) {
            store(insn, current, bucket);
        }
        return false;
    }

    private Match compareFinished(Checkpoint c, VerifierState current) {
        boolean incomplete = loops.incomplete(c.state);
        if (!subsumption.covers(c.state, current, incomplete ? Mode.RANGE_WITHIN : Mode.FINISHED)) {
            return Match.MISS;
        }
        return incomplete ? Match.LOOP_HIT : Match.HIT;
    }

    /** An older round of a loop: either the loop is known to end and this round adds nothing, or it may never end. */
    private Match compareUnfinished(Checkpoint c, int insn, VerifierState current) {
        VerifierState old = c.state;
        Frame frame = old.frame();
        if (frame.inAsyncCallback && frame.asyncEntries != current.frame().asyncEntries) {
            return Match.MISS;
        }
        if (walk.layout.iteratorNext(insn)) {
            return subsumption.covers(old, current, Mode.RANGE_WITHIN) && iteratorActive(current)
                    ? Match.LOOP_HIT
                    : Match.MISS;
        }
        if (walk.code.at(insn) instanceof Instruction.MayGoto
                && old.mayGotoDepth != current.mayGotoDepth
                && subsumption.covers(old, current, Mode.RANGE_WITHIN)) {
            return Match.LOOP_HIT;
        }
        if (walk.layout.callsCallback(insn)) {
            return subsumption.covers(old, current, Mode.RANGE_WITHIN) ? Match.HIT : Match.MISS;
        }
        if (StateSubsumption.sameRegisters(old, current)
                && subsumption.covers(old, current, Mode.EXACT)
                && !StateSubsumption.iteratorDepthsDiffer(old, current)
                && old.mayGotoDepth == current.mayGotoDepth
                && old.callbackUnrollDepth == current.callbackUnrollDepth) {
            throw infiniteLoop(insn, current, old);
        }
        return Match.MISS;
    }

    private Reject infiniteLoop(int insn, VerifierState current, VerifierState old) {
        if (walk.log.level() != 0) {
            writer.sourceLine(insn);
        }
        return Reject.at(
                insn,
                Reject.EINVAL,
                "infinite loop detected at insn " + insn + "\ncur state:"
                        + writer.stateText(current, current.frame()) + "old state:"
                        + writer.stateText(old, old.frame()));
    }

    /** The iterator in R1 of the current state has not come to its end. */
    private static boolean iteratorActive(VerifierState state) {
        RegState reg = state.frame().regs[1];
        if (!(reg.type instanceof RegType.Stack stack)) {
            return false;
        }
        int spi = (int) (-(reg.off + reg.var.constValue()) - 1) / 8;
        return state.frames.get(stack.frame()).slot(spi).object instanceof SlotObject.Iterator it && !it.drained();
    }

    private void hit(Checkpoint c, VerifierState current, int insn, boolean loop) {
        c.hits++;
        if (walk.layout.jumpPoint(insn)) {
            recordJump.run();
        }
        precision.propagate(c.state, current);
        if (loop) {
            loops.backEdge(current.copy(), c.state);
        }
    }

    private void evict(Checkpoint c, Checkpoint before, int bucket) {
        if (before == null) {
            buckets[bucket] = c.next;
        } else {
            before.next = c.next;
        }
        counters.kept--;
        if (c.state.branches > 0 || loops.incomplete(c.state)) {
            c.evicted = true;
            counters.evicted++;
        }
    }

    private void store(int insn, VerifierState current, int bucket) {
        counters.totalStates++;
        counters.kept++;
        counters.updatePeak();
        counters.jumpsAtStore = counters.jumps;
        counters.processedAtStore = counters.processed;
        VerifierState stored = current.copy();
        stored.insn = insn;
        Checkpoint c = new Checkpoint(stored);
        loops.stored(stored);
        current.parent = stored;
        current.firstInsn = insn;
        current.dfsDepth = stored.dfsDepth + 1;
        current.history = null;
        current.historyLength = 0;
        c.next = buckets[bucket];
        buckets[bucket] = c;
    }

    /** All paths from this stored state are finished. */
    void finished(VerifierState state) {
        if (state.exploration instanceof Checkpoint c && c.evicted && !loops.incomplete(state)) {
            c.evicted = false;
            counters.evicted--;
        }
    }

    /** The last unfinished state at {@code insn}, of an earlier round than {@code state}; null if there is none. */
    VerifierState earlierRound(VerifierState state, int insn) {
        for (Checkpoint c = buckets[bucket(insn, state)]; c != null; c = c.next) {
            VerifierState old = c.state;
            if (old.insn == insn
                    && old.branches > 0
                    && old.dfsDepth < state.dfsDepth
                    && StateSubsumption.sameCallSites(old, state)) {
                return old;
            }
        }
        return null;
    }

    /** Finished states forget what nobody reads any more, so that comparing is quicker and succeeds more often. */
    private void clean(int bucket, int insn, VerifierState current) {
        for (Checkpoint c = buckets[bucket]; c != null; c = c.next) {
            VerifierState state = c.state;
            if (!c.cleaned
                    && state.branches == 0
                    && state.insn == insn
                    && StateSubsumption.sameCallSites(state, current)
                    && !loops.incomplete(state)) {
                clean(state);
                c.cleaned = true;
            }
        }
    }

    private void clean(VerifierState state) {
        liveness.ask(state);
        for (int f = 0; f < state.frames.size(); f++) {
            Frame frame = state.frames.get(f);
            int live = walk.layout.liveRegs(state.insnOf(f));
            for (int r = 0; r < 10; r++) {
                if ((live >>> r & 1) == 0) {
                    frame.regs[r] = RegState.NOT_INIT;
                }
            }
            for (int i = 0; i < frame.slotCount(); i++) {
                if (frame.slot(i) != StackSlot.EMPTY && liveness.isDead(state, f, i)) {
                    frame.setSlot(i, StackSlot.EMPTY);
                }
            }
        }
    }
}
