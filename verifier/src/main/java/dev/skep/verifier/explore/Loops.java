package dev.skep.verifier.explore;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.diag.VerifierLog;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loops being walked. While a loop is not left for good, states in it may lack precision marks that a later round
 * brings; paths that ended because an earlier round covers them are kept as back edges and get the marks when the state
 * that entered the loop is finished.
 *
 * <p>A loop is a strongly connected component of one subprogram's flow graph, reached through one chain of calls.
 */
final class Loops {
    private static final int MAX_ROUNDS = 64;

    /** One loop under one chain of calls. */
    private static final class Visit {
        final int[] calls;
        final int component;
        /** The checkpoint that entered the loop, null once it is finished. */
        VerifierState entry;

        final List<BackEdge> backEdges = new ArrayList<>();

        Visit(int[] calls, int component) {
            this.calls = calls;
            this.component = component;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("(");
            // Linux takes a call at instruction 0 for the end of the list.
            for (int i = 0; i < calls.length && calls[i] != 0; i++) {
                text.append(calls[i]).append(',');
            }
            return text.append(component).append(')').toString();
        }
    }

    /** The path that ended at {@code state} because {@code coveredBy} covers it. */
    private record BackEdge(VerifierState state, VerifierState coveredBy) {}

    private final Walk walk;
    private final VerifierLog log;
    private final Precision precision;
    private final Counters counters;
    private final List<Visit> visits = new ArrayList<>();

    Loops(Walk walk, Precision precision, Counters counters) {
        this.walk = walk;
        this.log = walk.log;
        this.precision = precision;
        this.counters = counters;
    }

    void clear() {
        visits.clear();
    }

    /** The outermost frame of {@code state} that stands in a loop, -1 if none does. */
    private int loopFrame(VerifierState state) {
        for (int f = 0; f < state.frames.size(); f++) {
            if (walk.layout.scc(state.insnOf(f)) != 0) {
                return f;
            }
        }
        return -1;
    }

    private Visit find(VerifierState state, int frame) {
        int component = walk.layout.scc(state.insnOf(frame));
        for (int i = 0; i < visits.size(); i++) {
            Visit visit = visits.get(i);
            if (visit.component == component && visit.calls.length == frame && sameCalls(visit.calls, state)) {
                return visit;
            }
        }
        return null;
    }

    private static boolean sameCalls(int[] calls, VerifierState state) {
        for (int f = 0; f < calls.length; f++) {
            if (calls[f] != state.insnOf(f)) {
                return false;
            }
        }
        return true;
    }

    private Visit newVisit(VerifierState state, int frame) {
        int[] calls = new int[frame];
        Arrays.setAll(calls, state::insnOf);
        return new Visit(calls, walk.layout.scc(state.insnOf(frame)));
    }

    /** True when marks of this state may still be missing. */
    boolean incomplete(VerifierState state) {
        if (visits.isEmpty()) {
            return false;
        }
        int frame = loopFrame(state);
        if (frame < 0) {
            return false;
        }
        Visit visit = find(state, frame);
        return visit != null && !visit.backEdges.isEmpty();
    }

    /** A state was stored: if it is in a loop that no unfinished state has entered, it is the loop's entry. */
    void stored(VerifierState state) {
        int frame = loopFrame(state);
        if (frame < 0) {
            return;
        }
        Visit visit = find(state, frame);
        if (visit == null) {
            visit = newVisit(state, frame);
            visits.add(visit);
        }
        if (visit.entry == null) {
            visit.entry = state;
            if (log.level2()) {
                log.print("SCC enter " + visit + "\n");
            }
        }
    }

    /** The path of {@code state} ends because the loop state {@code coveredBy} covers it; {@code state} is kept. */
    void backEdge(VerifierState state, VerifierState coveredBy) {
        int frame = loopFrame(coveredBy);
        Visit visit = frame < 0 ? null : find(coveredBy, frame);
        if (visit == null) {
            return;
        }
        if (log.level2()) {
            log.print("SCC backedge " + visit + "\n");
        }
        visit.backEdges.addFirst(new BackEdge(state, coveredBy));
        counters.backEdges++;
        counters.updatePeak();
    }

    /**
     * All paths from {@code state} are finished. A path that ends inside a loop that was never entered (only a throw
     * can) is a fault of Linux 6.18, which refuses the program.
     */
    void finished(VerifierState state) {
        int frame = loopFrame(state);
        if (frame < 0) {
            return;
        }
        Visit visit = find(state, frame);
        if (visit == null && !state.speculative) {
            throw Reject.at(
                    state.insn,
                    Reject.EFAULT,
                    "verifier bug: scc exit: no visit info for call chain " + newVisit(state, frame));
        }
        if (visit == null || visit.entry != state) {
            return;
        }
        if (log.level2()) {
            log.print("SCC exit " + visit + "\n");
        }
        visit.entry = null;
        counters.backEdges -= visit.backEdges.size();
        counters.updatePeak();
        settle(visit);
        visit.backEdges.clear();
    }

    /** Carries precision over the back edges until nothing new comes. */
    private void settle(Visit visit) {
        boolean changed = true;
        for (int round = 0; changed && !visit.backEdges.isEmpty(); round++) {
            if (round > MAX_ROUNDS) {
                for (BackEdge edge : visit.backEdges) {
                    precision.markEverything(edge.state);
                }
                return;
            }
            changed = false;
            for (BackEdge edge : visit.backEdges) {
                changed |= precision.propagate(edge.coveredBy, edge.state);
            }
        }
    }
}
