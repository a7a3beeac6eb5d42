package dev.skep.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables of a run, as text: by program type, by feature, the heaviest programs, and the total. */
final class Report {
    private static final String ROW = "%-26s %7s %7s %8s %8s %8s %7s %9s %9s %9s%n";

    private final List<Comparison> all;

    Report(List<Comparison> all) {
        this.all = all.stream().filter(Comparison::judged).toList();
    }

    /** Comparisons by program type, types sorted. */
    Map<String, List<Comparison>> byType() {
        Map<String, List<Comparison>> groups = new TreeMap<>();
        all.forEach(c ->
                groups.computeIfAbsent(c.row().type(), _ -> new ArrayList<>()).add(c));
        return groups;
    }

    /** Comparisons by feature; a program may stand under several. */
    Map<String, List<Comparison>> byFeature() {
        Map<String, List<Comparison>> groups = new TreeMap<>();
        for (Comparison c : all) {
            c.features()
                    .forEach(f ->
                            groups.computeIfAbsent(f, _ -> new ArrayList<>()).add(c));
        }
        return groups;
    }

    /** The programs that took Linux longest, both verdicts the same. */
    List<Comparison> heaviest(int n) {
        return all.stream()
                .filter(c -> c.kind() == Comparison.Kind.SAME && c.linuxNanos() > 0)
                .sorted(Comparator.comparingLong(Comparison::linuxNanos).reversed())
                .limit(n)
                .toList();
    }

    Tally total() {
        return Tally.of(all);
    }

    String text() {
        StringBuilder s = new StringBuilder();
        heading(s, "program type");
        byType().forEach((name, group) -> row(s, name, Tally.of(group)));
        row(s, "all", total());
        s.append(System.lineSeparator());
        heading(s, "feature");
        byFeature().forEach((name, group) -> row(s, name, Tally.of(group)));
        List<Comparison> heavy = heaviest(10);
        if (!heavy.isEmpty()) {
            s.append(String.format(
                    "%n%-60s %12s %12s %10s %10s %7s%n",
                    "the heaviest", "linux insns", "skep insns", "linux ms", "skep ms", "ratio"));
            heavy.forEach(c -> s.append(String.format(
                    "%-60s %12d %12d %10.1f %10.1f %7.2f%n",
                    c.row().key(),
                    c.row().processed(),
                    c.judgement().processed(),
                    c.linuxNanos() / 1e6,
                    c.judgement().nanos() / 1e6,
                    (double) c.judgement().nanos() / c.linuxNanos())));
        }
        Tally t = total();
        s.append(String.format("%nsame verdict %d of %d (%s), ", t.same, t.judged, Tally.percent(t.same, t.judged)));
        s.append(String.format(
                "false accepts %d, false rejects %d, unsupported %d, broken %d%n",
                t.falseAccepts, t.falseRejects, t.unsupported, t.broken));
        s.append(String.format(
                "last message equal %d of %d (%s), expected messages found %d of %d programs (%s)%n",
                t.messages,
                t.rejects,
                Tally.percent(t.messages, t.rejects),
                t.expected,
                t.expecting,
                Tally.percent(t.expected, t.expecting)));
        s.append(String.format(
                "cost within 10 %% on %d of %d (%s): %d instructions, linux %d%n",
                t.costsNear, t.costs, Tally.percent(t.costsNear, t.costs), t.skepProcessed, t.linuxProcessed));
        if (t.logs > 0) {
            s.append(String.format(
                    "whole log equal at level 2: %d of %d (%s)%n",
                    t.logsSame, t.logs, Tally.percent(t.logsSame, t.logs)));
        }
        if (t.linuxNanos > 0) {
            s.append(String.format(
                    "time on the same verdicts: %.2f s, linux %.2f s, ratio %.2f%n",
                    t.skepNanos / 1e9, t.linuxNanos / 1e9, (double) t.skepNanos / t.linuxNanos));
        }
        return s.toString();
    }

    private static void heading(StringBuilder s, String name) {
        s.append(String.format(
                ROW,
                name,
                "judged",
                "same",
                "f.accept",
                "f.reject",
                "unsupp.",
                "broken",
                "message",
                "expected",
                "cost"));
    }

    private static void row(StringBuilder s, String name, Tally t) {
        s.append(String.format(
                ROW,
                name,
                t.judged,
                t.same,
                t.falseAccepts,
                t.falseRejects,
                t.unsupported,
                t.broken,
                t.messages + "/" + t.rejects,
                t.expected + "/" + t.expecting,
                t.costsNear + "/" + t.costs));
    }
}
