package dev.skep.conformance.engines;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an engine left behind after all inputs.
 *
 * <p><em>Shape</em>: a text for each part: {@code 0 R0}, {@code 0 data}, {@code 0 context} for the first input, and so
 * on; {@code map NAME}, {@code ring NAME}.
 *
 * @param parts by name; a part that an engine cannot show is missing
 * @param problem why the engine did not run to the end; "" when it did
 */
record Observation(SortedMap<String, String> parts, Problem problem) {
    /** How a run came to an early end. */
    record Problem(Kind kind, String text) {
        enum Kind {
            NONE,
            /** The engine has no such map, helper or kernel function. */
            UNSUPPORTED,
            /** More loop rounds than a comparison waits for. */
            LONG,
            /** Memory out of reach, or worse. */
            FAULT,
            /** No code could be generated. */
            UNCOMPILED,
            /** Refused to run programs of this type, or this input. */
            REFUSED
        }

        static final Problem NONE = new Problem(Kind.NONE, "");
    }

    static Observation of(Problem problem) {
        return new Observation(new TreeMap<>(), problem);
    }

    boolean complete() {
        return problem.kind() == Problem.Kind.NONE;
    }

    /** Names of the parts that both have and that differ. */
    List<String> differences(Observation other) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, String> e : parts.entrySet()) {
            String theirs = other.parts.get(e.getKey());
            if (theirs != null && !theirs.equals(e.getValue())) {
                names.add(e.getKey());
            }
        }
        return names;
    }

    /** As {@link #differences}, and parts that only one of them has. */
    Set<String> allDifferences(Observation other) {
        Set<String> names = new TreeSet<>(differences(other));
        parts.keySet().stream().filter(k -> !other.parts.containsKey(k)).forEach(names::add);
        other.parts.keySet().stream().filter(k -> !parts.containsKey(k)).forEach(names::add);
        if (!problem.kind().equals(other.problem.kind())) {
            names.add("problem");
        }
        return names;
    }
}
