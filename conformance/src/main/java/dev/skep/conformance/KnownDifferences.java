package dev.skep.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The inventory of differences that are known, each with its reason: {@code known-differences.tsv}, columns object,
 * program, kind (as {@link Comparison.Kind}, lower case with a hyphen) and reason. An entry that agrees now is out of
 * date and fails the run; so does a difference in verdict that is not listed.
 */
final class KnownDifferences {
    private record Entry(String kind, String reason) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private KnownDifferences() {}

    static KnownDifferences none() {
        return new KnownDifferences();
    }

    static KnownDifferences read(Path file) throws IOException {
        KnownDifferences k = new KnownDifferences();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] f = line.split("\t", -1);
                if (f.length == 4 && !line.startsWith("#") && !f[0].equals("object")) {
                    k.entries.put(f[0] + "/" + f[1], new Entry(f[2], f[3]));
                }
            }
        }
        return k;
    }

    static String kind(Comparison c) {
        return c.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The recorded reason for this difference, "" if there is none. */
    String reason(Comparison c) {
        Entry e = entries.get(c.row().key());
        return e != null && e.kind().equals(kind(c)) ? e.reason() : "";
    }

    /** What is wrong with the inventory after a run: sentences, empty if it is right. */
    List<String> problems(List<Comparison> all) {
        List<String> problems = new ArrayList<>();
        Set<String> seen = all.stream().map(c -> c.row().key()).collect(Collectors.toSet());
        for (Comparison c : all) {
            if (!c.judged()) {
                continue;
            }
            Entry e = entries.get(c.row().key());
            if (e != null && c.kind() == Comparison.Kind.SAME) {
                problems.add(c.row().key() + ": listed as " + e.kind() + " but agrees now: remove the entry");
            } else if (e != null && !e.kind().equals(kind(c))) {
                problems.add(c.row().key() + ": listed as " + e.kind() + " but is " + kind(c));
            } else if (e == null && c.kind() != Comparison.Kind.SAME) {
                problems.add(c.row().key() + ": " + kind(c) + ", not listed");
            }
        }
        entries.keySet().stream()
                .filter(k -> !seen.contains(k) && all.size() > 2000)
                .forEach(k -> problems.add(k + ": listed but not in the corpus"));
        return problems;
    }
}
