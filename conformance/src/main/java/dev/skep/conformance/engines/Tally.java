package dev.skep.conformance.engines;

import dev.skep.conformance.engines.Agreement.Kind;
import dev.skep.jit.CodeSize;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts of one run. Safe for many threads. */
final class Tally {
    private final Map<ProgramType, Map<Kind, Long>> counts = new EnumMap<>(ProgramType.class);
    private final List<Agreement> notable = new ArrayList<>();
    private long seen;
    private long accepted;
    private int largest;
    private String largestName = "";
    private long measured;

    synchronized void rejected() {
        seen++;
    }

    synchronized void add(Agreement a) {
        seen++;
        accepted++;
        counts.computeIfAbsent(a.candidate().program().type(), _ -> new EnumMap<>(Kind.class))
                .merge(a.kind(), 1L, Long::sum);
        if (a.kind() != Kind.SAME) {
            notable.add(a);
        }
        CodeSize size = a.size();
        if (size != null) {
            measured++;
            if (size.largest() > largest) {
                largest = size.largest();
                largestName = a.candidate().name();
            }
        }
    }

    synchronized long seen() {
        return seen;
    }

    /** Programs that the verifier accepts. */
    synchronized long accepted() {
        return accepted;
    }

    synchronized long count(Kind kind) {
        return counts.values().stream().mapToLong(m -> m.getOrDefault(kind, 0L)).sum();
    }

    /** Counts of one program type. */
    synchronized Map<ProgramType, Map<Kind, Long>> byType() {
        return new TreeMap<>(counts);
    }

    /** All that did not simply agree. */
    synchronized List<Agreement> notable() {
        return List.copyOf(notable);
    }

    synchronized boolean clean() {
        return notable.stream().noneMatch(a -> a.kind().bad());
    }

    /** Programs whose generated code was measured. */
    synchronized long measured() {
        return measured;
    }

    /** Bytes of the largest generated method. */
    synchronized int largest() {
        return largest;
    }

    synchronized String largestName() {
        return largestName;
    }
}
