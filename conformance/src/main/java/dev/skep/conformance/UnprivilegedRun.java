package dev.skep.conformance;

import dev.skep.linux.LinuxException;
import dev.skep.linux.UnprivilegedBpf;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code run --unprivileged}: the programs that a loader without capabilities may hope to load (socket filters and
 * cgroup programs on packets), and those whose authors say what becomes of them then.
 */
final class UnprivilegedRun {
    private UnprivilegedRun() {}

    /** Compares and prints; false if a verdict differs. */
    static boolean run(Corpus corpus, RunOptions options, PrintStream out) throws IOException {
        UnprivilegedTally tally = options.live()
                ? withKernel(options, () -> tally(corpus, options, null))
                : tally(corpus, options, UnprivilegedRow.linux618());
        tally.differences.forEach(out::println);
        out.print(tally.text());
        return tally.sameVerdicts();
    }

    /** The comparison with the recorded table. */
    static UnprivilegedTally recorded(Corpus corpus, RunOptions options) throws IOException {
        return tally(corpus, options, UnprivilegedRow.linux618());
    }

    /** Writes what the running kernel says to {@code folder}. */
    static void record(Corpus corpus, RunOptions options, Path folder) throws IOException {
        List<String> lines =
                new ArrayList<>(List.of("object\tprogram\tverdict\tprocessed\tannotations\tmet\tlog\tmessage"));
        withKernel(options, () -> {
            for (Task t : tasks(corpus, options)) {
                lines.add(answer(new LinuxJudge(true), t).line());
            }
            return null;
        });
        Files.write(folder.resolve("linux-6.18-unprivileged.tsv"), lines);
    }

    interface Work<T> {
        T run() throws IOException;
    }

    /** Does work that asks the kernel, which is first allowed to answer if the user said so. */
    static <T> T withKernel(RunOptions options, Work<T> work) throws IOException {
        if (!options.permit()) {
            if (UnprivilegedBpf.setting() != 0) {
                throw new IllegalArgumentException(
                        "the kernel answers no loader without capabilities: unprivileged_bpf_disabled="
                                + UnprivilegedBpf.setting());
            }
            return work.run();
        }
        try (UnprivilegedBpf _ = UnprivilegedBpf.permit()) {
            return work.run();
        } catch (LinuxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** @param recorded Linux's answers; null to ask the kernel */
    private static UnprivilegedTally tally(Corpus corpus, RunOptions options, Map<String, UnprivilegedRow> recorded)
            throws IOException {
        UnprivilegedTally tally = new UnprivilegedTally();
        Judge linux = new LinuxJudge(true);
        Judge skep = new SkepJudge(Privilege.NONE);
        for (Task t : tasks(corpus, options)) {
            UnprivilegedRow theirs =
                    recorded == null ? answer(linux, t) : recorded.get(t.row().key());
            if (theirs != null) {
                tally.add(theirs, answer(skep, t));
            }
        }
        return tally;
    }

    private static List<Task> tasks(Corpus corpus, RunOptions options) throws IOException {
        return Conformance.tasks(corpus, VerdictTable.linux618(), options.all(), new ArrayList<>()).stream()
                .filter(t -> switch (t.row().type()) {
                    case "socket_filter", "cgroup_skb" -> true;
                    default -> annotations(t) != null;
                })
                .toList();
    }

    private static Annotations annotations(Task t) {
        return Annotations.unprivileged(t.object().btf(), t.program().name()).orElse(null);
    }

    private static UnprivilegedRow answer(Judge judge, Task t) {
        Annotations annotations = annotations(t);
        ProgramSpec spec;
        try {
            spec = ObjectPipeline.link(t.object(), t.program());
        } catch (ObjectFormatException e) {
            return UnprivilegedRow.of(t.row(), Judgement.unsupported(e.getMessage()), "", null, null);
        }
        Judgement plain = judge.judge(spec, 1);
        Judgement annotated = annotations == null || annotations.logLevel() == 1 && annotations.flags() == 0
                ? plain
                : judge.judge(spec.withFlags(spec.flags() | annotations.flags()), annotations.logLevel());
        String log = plain.log().isEmpty()
                ? ""
                : Judgement.fingerprint(judge.judge(spec, 2).log());
        return UnprivilegedRow.of(t.row(), plain, log, annotations, annotated);
    }
}
