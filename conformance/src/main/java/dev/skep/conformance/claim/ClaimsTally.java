package dev.skep.conformance.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a claims run has seen. Safe for many threads. */
public final class ClaimsTally {
    private static final int SAMPLES = 4;

    private long judged;
    private long accepted;
    private long executed;
    private long runs;
    private long steps;
    private long comparisons;
    private long tooLarge;
    private final Map<String, Long> unable = new TreeMap<>();
    private final Map<String, Long> ended = new TreeMap<>();
    private final Map<String, List<Violation>> violations = new TreeMap<>();
    private long violationCount;

    synchronized void judged(boolean isAccepted) {
        judged++;
        accepted += isAccepted ? 1 : 0;
    }

    /** An accepted program cannot be run here. */
    synchronized void unable(String why) {
        unable.merge(why, 1L, Long::sum);
    }

    /** Its numbers are not checked: without Linux's pruning it is too much work. */
    synchronized void tooLarge() {
        tooLarge++;
    }

    synchronized void executed(long ranTimes, long itsSteps, long itsComparisons) {
        executed++;
        runs += ranTimes;
        steps += itsSteps;
        comparisons += itsComparisons;
    }

    /** A run ended early for a reason that is no violation. */
    synchronized void ended(String why) {
        ended.merge(why, 1L, Long::sum);
    }

    synchronized void violation(Violation v) {
        violationCount++;
        List<Violation> alike = violations.computeIfAbsent(v.shape(), _ -> new ArrayList<>());
        if (alike.size() < SAMPLES) {
            alike.add(v);
        }
    }

    synchronized long judged() {
        return judged;
    }

    synchronized long executed() {
        return executed;
    }

    synchronized long comparisons() {
        return comparisons;
    }

    synchronized long steps() {
        return steps;
    }

    public synchronized long violations() {
        return violationCount;
    }

    /** Violations, alike ones together, a few of each kind. */
    public synchronized List<List<Violation>> groups() {
        return List.copyOf(violations.values());
    }

    public synchronized String text() {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                "%,d programs judged, %,d accepted, %,d executed in %,d runs%n%,d instructions, %,d registers"
                        + " compared, %,d violations%n",
                judged, accepted, executed, runs, steps, comparisons, violationCount));
        if (tooLarge > 0) {
            out.append(String.format("%,d held to their pointers only%n", tooLarge));
        }
        unable.forEach((why, n) -> out.append(String.format("  %,d not run: %s%n", n, why)));
        ended.forEach((why, n) -> out.append(String.format("  %,d runs ended early: %s%n", n, why)));
        return out.toString();
    }
}
