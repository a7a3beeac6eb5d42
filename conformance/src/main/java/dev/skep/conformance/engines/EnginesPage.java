package dev.skep.conformance.engines;

import dev.skep.conformance.engines.Agreement.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes one section of the measured page {@code docs/engines.md}; the sections of other sources stay. */
final class EnginesPage {
    private static final String HEAD = """
        # Three engines

        Written by `Conformance engines --report`; do not edit. Each program that Skep's verifier accepts is run by the interpreter, by
        generated code and, where BPF_PROG_TEST_RUN takes its type, by Linux 6.18 (x86-64, root), on the same inputs, with fresh
        maps. Compared are R0, the packet, the context, and what maps and rings hold afterwards.

        A difference from the kernel is put down to the outside when the same part of the result changes here, too, as soon as clocks,
        random numbers, process, addresses and unwritten memory are others; and to state that only a kernel has when the program
        calls something on the list in `conformance/src/main/resources/dev/skep/conformance/engines/outside.tsv`. Everything else fails
        the run.
        """;

    private EnginesPage() {}

    static void write(Path file, String source, long seed, Tally tally) throws IOException {
        Map<String, String> sections = new TreeMap<>();
        if (Files.exists(file)) {
            String[] old = Files.readString(file).split("(?m)^## ");
            for (int i = 1; i < old.length; i++) {
                sections.put(old[i].substring(0, old[i].indexOf('\n')), "## " + old[i].strip() + "\n");
            }
        }
        boolean random = !source.equals("corpus") && !source.equals("examples");
        String title = source + (random ? ", seed " + seed : "");
        sections.put(title, section(title, tally));
        Files.writeString(file, HEAD + legend() + "\n" + String.join("\n", sections.values()));
    }

    private static String legend() {
        StringBuilder s = new StringBuilder("\nColumns:\n\n");
        for (Kind k : Kind.values()) {
            s.append("- *").append(name(k)).append("*: ").append(k.text()).append(k.bad() ? "; fails the run\n" : "\n");
        }
        return s.toString();
    }

    private static String name(Kind k) {
        return k.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String section(String title, Tally tally) {
        StringBuilder s = new StringBuilder("## " + title + "\n\n");
        s.append(tally.accepted())
                .append(" accepted programs of ")
                .append(tally.seen())
                .append(".\n\n| type |");
        for (Kind k : Kind.values()) {
            s.append(' ').append(name(k)).append(" |");
        }
        s.append("\n| --- |").append(" --: |".repeat(Kind.values().length)).append('\n');
        tally.byType().forEach((type, counts) -> {
            s.append("| ").append(type.kernelName()).append(" |");
            for (Kind k : Kind.values()) {
                s.append(' ').append(counts.getOrDefault(k, 0L)).append(" |");
            }
            s.append('\n');
        });
        s.append("| all |");
        for (Kind k : Kind.values()) {
            s.append(' ').append(tally.count(k)).append(" |");
        }
        s.append('\n');
        if (tally.measured() > 0) {
            s.append("\nLargest generated method: ")
                    .append(tally.largest())
                    .append(" bytes (")
                    .append(tally.largestName())
                    .append(").\n");
        }
        return s.toString();
    }
}
