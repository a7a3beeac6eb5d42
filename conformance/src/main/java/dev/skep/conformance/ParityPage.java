package dev.skep.conformance;

import dev.skep.conformance.rules.RuleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes the measured page {@code docs/kernel-parity.md}. */
final class ParityPage {
    private ParityPage() {}

    static void write(
            Path file, List<Comparison> all, Judge judge, KnownDifferences known, UnprivilegedTally unprivileged)
            throws IOException {
        Report report = new Report(all);
        Tally t = report.total();
        StringBuilder s = new StringBuilder("""
            # Parity with the kernel

            Written by `Conformance run --report`; do not edit. Each program of Linux 6.12's own BPF selftests, compiled by
            clang 19, is judged alone and compared with what Linux 6.18 (x86-64, root) said of the same program. Programs on
            which that kernel gave no verdict (its environment lacked something) are not counted. Times: Linux's is the best
            of three loads, as its statistics give it; Skep's is that of this run, in one JVM (`--repeat N`: the best of N
            judgements without log).

            """);
        s.append("Judge: ")
                .append(judge.name().startsWith("linux") ? judge.name() : "Skep's verifier")
                .append(".\n\n");
        s.append("| | |\n| --- | --- |\n");
        fact(s, "programs judged", Integer.toString(t.judged));
        fact(s, "same verdict", t.same + " (" + Tally.percent(t.same, t.judged) + ")");
        fact(s, "accepted, Linux rejects", Integer.toString(t.falseAccepts));
        fact(s, "rejected, Linux accepts", Integer.toString(t.falseRejects));
        fact(s, "not supported", Integer.toString(t.unsupported + t.broken));
        fact(
                s,
                "same last message, of programs both reject",
                t.messages + " of " + t.rejects + " (" + Tally.percent(t.messages, t.rejects) + ")");
        fact(
                s,
                "authors' expected messages found in order",
                t.expected + " of " + t.expecting + " programs (" + Tally.percent(t.expected, t.expecting) + ")");
        fact(
                s,
                "processed instructions within 10 %, of programs both accept",
                t.costsNear + " of " + t.costs + " (" + Tally.percent(t.costsNear, t.costs) + ")");
        if (t.logs > 0) {
            fact(
                    s,
                    "whole log equal at level 2, byte for byte",
                    t.logsSame + " of " + t.logs + " (" + Tally.percent(t.logsSame, t.logs) + ")");
        }
        if (t.linuxNanos > 0) {
            String times = String.format("%.2f s; Linux %.2f s", t.skepNanos / 1e9, t.linuxNanos / 1e9);
            fact(s, "time, same programs", times);
        }
        table(s, "By program type", "type", report.byType());
        table(s, "By feature", "feature", report.byFeature());
        heaviest(s, report.heaviest(10));
        unprivileged(s, unprivileged);
        differences(s, all, known);
        stricter(s);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Files.writeString(file, s);
    }

    private static void fact(StringBuilder s, String what, String value) {
        s.append("| ").append(what).append(" | ").append(value).append(" |\n");
    }

    private static void table(StringBuilder s, String title, String column, Map<String, List<Comparison>> groups) {
        s.append("\n## ")
                .append(title)
                .append("\n\n| ")
                .append(column)
                .append(" | judged | same verdict | false accepts | false rejects | unsupported | messages")
                .append(" | expected messages | cost |\n")
                .append("| --- | --: | --: | --: | --: | --: | --: | --: | --: |\n");
        groups.forEach((name, group) -> {
            Tally t = Tally.of(group);
            s.append("| ").append(name);
            for (Object cell : List.of(
                    t.judged,
                    t.same,
                    t.falseAccepts,
                    t.falseRejects,
                    t.unsupported + t.broken,
                    t.messages + "/" + t.rejects,
                    t.expected + "/" + t.expecting,
                    t.costsNear + "/" + t.costs)) {
                s.append(" | ").append(cell);
            }
            s.append(" |\n");
        });
    }

    private static void heaviest(StringBuilder s, List<Comparison> heavy) {
        if (heavy.isEmpty()) {
            return;
        }
        s.append("\n## The heaviest programs\n\n| program | instructions, Linux | Skep | ms, Linux | Skep |\n")
                .append("| --- | --: | --: | --: | --: |\n");
        for (Comparison c : heavy) {
            s.append(String.format(
                    "| %s | %d | %d | %.1f | %.1f |%n",
                    c.row().key(),
                    c.row().processed(),
                    c.judgement().processed(),
                    c.linuxNanos() / 1e6,
                    c.judgement().nanos() / 1e6));
        }
    }

    private static void unprivileged(StringBuilder s, UnprivilegedTally t) {
        s.append("""

            ## Without capabilities

            `Conformance run --unprivileged`: socket filters, cgroup programs on packets, and every program whose author says what
            becomes of it when somebody without capabilities loads it. Linux 6.18's answers were recorded with
            `kernel.unprivileged_bpf_disabled` 0, the loading thread without any capability, the program without types. An annotation is
            the expected verdict or one expected message.

            | | |
            | --- | --- |
            """);
        fact(s, "programs judged", Integer.toString(t.judged));
        fact(s, "same verdict", t.same + " (" + Tally.percent(t.same, t.judged) + ")");
        fact(s, "accepted, Linux rejects", Integer.toString(t.falseAccepts));
        fact(
                s,
                "annotations; met by Linux; by both",
                t.annotations + "; " + t.metByLinux + "; " + t.metByBoth + " ("
                        + Tally.percent(t.metByBoth, t.metByLinux) + ")");
        fact(
                s,
                "same last message, of programs both reject with a word",
                t.sameMessage + " of " + t.bothReject + " (" + Tally.percent(t.sameMessage, t.bothReject) + ")");
        fact(
                s,
                "same number of processed instructions, of programs both accept",
                t.sameCost + " of " + t.bothAccept + " (" + Tally.percent(t.sameCost, t.bothAccept) + ")");
        fact(
                s,
                "whole log equal at level 2",
                t.sameLog + " of " + t.logs + " (" + Tally.percent(t.sameLog, t.logs) + ")");
        if (!t.differences.isEmpty()) {
            s.append('\n');
            t.differences.forEach(
                    d -> s.append("- ").append(d.replace("|", "\\|")).append('\n'));
        }
    }

    private static void differences(StringBuilder s, List<Comparison> all, KnownDifferences known) {
        List<Comparison> different = all.stream()
                .filter(c -> c.judged() && c.kind() != Comparison.Kind.SAME)
                .sorted(Comparator.comparing(c -> c.row().key()))
                .toList();
        s.append("\n## Every difference\n\n");
        if (different.isEmpty()) {
            s.append("None.\n");
            return;
        }
        s.append("| program | Linux | Skep | why |\n| --- | --- | --- | --- |\n");
        for (Comparison c : different) {
            s.append("| ")
                    .append(c.row().key())
                    .append(" | ")
                    .append(cell(c.row().verdict() + " " + c.row().message()))
                    .append(" | ")
                    .append(cell(c.judgement().outcome() + " " + c.judgement().message()))
                    .append(" | ")
                    .append(cell(known.reason(c)))
                    .append(" |\n");
        }
    }

    /** From the list that {@code RulesTest} holds both verifiers to; no program of the corpus meets any of these. */
    private static void stricter(StringBuilder s) {
        s.append("\n"
                + "## Stricter on purpose\n\n"
                + "Programs that Linux 6.18 accepts and Skep refuses. The list is"
                + " `conformance/src/main/resources/dev/skep/conformance/rules/rules.txt`; a test asks both verifiers, and"
                + " fails for an entry on which they agree.\n\n"
                + "| program | Skep says | why |\n"
                + "| --- | --- | --- |\n");
        for (Map<String, String> rule : RuleFile.sections()) {
            if (!rule.get("linux").equals(rule.get("skep"))) {
                s.append("| ")
                        .append(cell(rule.get("name")))
                        .append(" | `")
                        .append(cell(rule.get("skep")))
                        .append("` | ")
                        .append(cell(rule.get("why")))
                        .append(" |\n");
            }
        }
    }

    private static String cell(String text) {
        return text.strip().replace("|", "\\|");
    }
}
