package dev.skep.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What Linux 6.18 said of each program of the corpus, recorded from the running kernel: each program loaded alone, log
 * level 1, a program of unknown section as sched_cls, maps with {@code max_entries} 0 given 1.
 */
public final class VerdictTable {
    /** Linux's answer. */
    public enum Verdict {
        ACCEPT,
        REJECT,
        /**
         * The program never reached the verifier on the machine that recorded: no verdict, neither agreement nor
         * disagreement.
         */
        NONE
    }

    /**
     * One program.
     *
     * @param type program type as libbpf names it
     * @param insns slots in the program's own section, before linking
     * @param processed instructions that the verifier processed
     * @param message last line of the log before the statistics, for rejected programs
     */
    public record Row(
            String object,
            String program,
            String section,
            String type,
            int insns,
            Verdict verdict,
            long processed,
            String message) {
        String key() {
            return object + "/" + program;
        }
    }

    private final Map<String, Row> rows = new LinkedHashMap<>();

    VerdictTable(List<Row> all) {
        all.forEach(r -> rows.put(r.key(), r));
    }

    /** The table that comes with this module. */
    public static VerdictTable linux618() {
        List<Row> rows = new ArrayList<>();
        for (String[] f : lines("linux-6.18-verdicts.tsv")) {
            rows.add(new Row(
                    f[0],
                    f[1],
                    f[2],
                    f[3],
                    Integer.parseInt(f[4]),
                    Verdict.valueOf(f[5].toUpperCase(Locale.ROOT)),
                    Long.parseLong(f[6]),
                    f.length > 7 ? Judgement.lastLine(f[7]) : ""));
        }
        return new VerdictTable(rows);
    }

    /** The rows of a tab-separated resource, without its heading; none if there is no such resource. */
    static List<String[]> lines(String resource) {
        var stream = VerdictTable.class.getResourceAsStream(resource);
        if (stream == null) {
            return List.of();
        }
        try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return in.lines().skip(1).map(line -> line.split("\t", -1)).collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The row of a program, or null. */
    public Row row(String object, String program) {
        return rows.get(object + "/" + program);
    }

    public List<Row> rows() {
        return List.copyOf(rows.values());
    }

    public List<Row> rowsOf(String object) {
        return rows.values().stream().filter(r -> r.object().equals(object)).toList();
    }
}
