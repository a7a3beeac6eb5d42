package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import java.util.HashMap;
import java.util.Map;

/**
 * More that was recorded of Linux 6.18 beside its verdicts: the time it took, fingerprints of its logs, and which of
 * the authors' expected messages it gives. Selftests of 6.12 expect some words that 6.18 no longer says; these are
 * nobody's fault and are not counted.
 */
final class Baseline {
    /**
     * Linux's own log under the author's flags and log level.
     *
     * @param expected number of messages
     * @param matched how many of them it has, in order
     */
    record Annotated(int expected, int matched) {
        boolean met() {
            return expected == matched;
        }
    }

    private final Map<String, Long> nanos = new HashMap<>();
    private final Map<String, String> logs = new HashMap<>();
    private final Map<String, Annotated> annotated = new HashMap<>();

    private Baseline() {}

    /** Recorded by {@code Conformance record}. */
    static Baseline linux618() {
        Baseline b = new Baseline();
        for (String[] f : VerdictTable.lines("linux-6.18-times.tsv")) {
            b.nanos.put(f[0] + "/" + f[1], 1000 * Long.parseLong(f[2]));
        }
        for (String[] f : VerdictTable.lines("linux-6.18-messages.tsv")) {
            b.annotated.put(f[0] + "/" + f[1], new Annotated(Integer.parseInt(f[2]), Integer.parseInt(f[3])));
        }
        for (String[] f : VerdictTable.lines("linux-6.18-logs.tsv")) {
            b.logs.put(f[0] + "/" + f[1], f[2]);
        }
        return b;
    }

    long nanos(Row row) {
        return nanos.getOrDefault(row.key(), 0L);
    }

    /** Fingerprint of Linux's log at level 2; null if it was not recorded. */
    String log(Row row) {
        return logs.get(row.key());
    }

    Annotated annotated(Row row) {
        return annotated.get(row.key());
    }
}
