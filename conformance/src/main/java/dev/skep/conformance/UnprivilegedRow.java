package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What somebody said of one program for a loader without any capability.
 *
 * @param verdict NONE if there is no answer
 * @param message last line of the log, "" where the program was refused before the verifier
 * @param log fingerprint of the log at level 2; "" if the program was refused before the verifier
 * @param annotations what the author expects: the verdict, and each message; 0 if nothing
 * @param met how many of them came true: the verdict, and the messages up to the first that is missing
 */
record UnprivilegedRow(
        String key, Verdict verdict, long processed, String message, String log, int annotations, int met) {
    private static final String RESOURCE = "linux-6.18-unprivileged.tsv";

    /** What Linux 6.18 said, by object and program. */
    static Map<String, UnprivilegedRow> linux618() {
        Map<String, UnprivilegedRow> rows = new HashMap<>();
        for (String[] f : VerdictTable.lines(RESOURCE)) {
            UnprivilegedRow r = new UnprivilegedRow(
                    f[0] + "/" + f[1],
                    Verdict.valueOf(f[2].toUpperCase(Locale.ROOT)),
                    Long.parseLong(f[3]),
                    f[7],
                    f[6],
                    Integer.parseInt(f[4]),
                    Integer.parseInt(f[5]));
            rows.put(r.key, r);
        }
        return rows;
    }

    /** The answer of a judge to one program, under its author's flags and log level. */
    static UnprivilegedRow of(Row row, Judgement plain, String log, Annotations annotations, Judgement annotated) {
        Verdict verdict = verdict(plain);
        if (annotations == null) {
            return new UnprivilegedRow(row.key(), verdict, plain.processed(), plain.message(), log, 0, 0);
        }
        boolean asExpected = verdict(annotated) == (annotations.expected() ? Verdict.ACCEPT : Verdict.REJECT);
        return new UnprivilegedRow(
                row.key(),
                verdict,
                plain.processed(),
                plain.message(),
                log,
                1 + annotations.messages().size(),
                asExpected ? 1 + annotations.matched(annotated.log()) : 0);
    }

    private static Verdict verdict(Judgement j) {
        return switch (j.outcome()) {
            case ACCEPT -> Verdict.ACCEPT;
            case REJECT -> Verdict.REJECT;
            case UNSUPPORTED, TIMEOUT, CRASH -> Verdict.NONE;
        };
    }

    /** As the recorded table has it. */
    String line() {
        return String.join(
                "\t",
                key.replaceFirst("/", "\t"),
                verdict.name().toLowerCase(Locale.ROOT),
                Long.toString(processed),
                Integer.toString(annotations),
                Integer.toString(met),
                log,
                message);
    }

    /** For a person. */
    String text() {
        return verdict.name().toLowerCase(Locale.ROOT) + "("
                + (verdict == Verdict.ACCEPT ? Long.toString(processed) : message) + ")"
                + (annotations == 0 ? "" : " " + met + "/" + annotations);
    }
}
