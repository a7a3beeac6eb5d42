package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ProgramSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where logs first leave the running kernel's, over many programs: differences that are alike but for their numbers
 * stand together, the commonest first, each with one example.
 */
final class LogDifferences {
    private static final int MAX_LINE = 160;

    private record Found(String program, int line, String before, String own, String theirs) {
        String shape() {
            return (own + " | " + theirs).replaceAll("0x[0-9a-f]+|[0-9]+", "#");
        }
    }

    private LogDifferences() {}

    static int run(Corpus corpus, Arguments a, PrintStream out) throws IOException, InterruptedException {
        Judge skep = Judges.named("skep");
        Judge linux = Judges.named("linux");
        List<Found> found = Collections.synchronizedList(new ArrayList<>());
        List<Task> tasks = Conformance.tasks(corpus, VerdictTable.linux618(), a.options(), new ArrayList<>());
        List<Runner.Job> jobs =
                tasks.stream().map(t -> job(t, skep, linux, a.level(), found)).toList();
        Runner.run(jobs, a.options().jobs(), a.options().timeoutSeconds(), _ -> {});
        Map<String, List<Found>> shapes = new HashMap<>();
        found.forEach(
                f -> shapes.computeIfAbsent(f.shape(), _ -> new ArrayList<>()).add(f));
        List<List<Found>> groups = new ArrayList<>(shapes.values());
        groups.sort(Comparator.comparingInt((List<Found> g) -> g.size()).reversed());
        for (List<Found> group : groups.subList(0, Math.min(a.top(), groups.size()))) {
            Found f = group.getFirst();
            out.printf(
                    "%d programs, %s line %d%n  %s%n- %s%n+ %s%n",
                    group.size(), f.program, f.line, cut(f.before), cut(f.own), cut(f.theirs));
        }
        out.printf("%d of %d logs differ, in %d ways (- skep, + linux)%n", found.size(), tasks.size(), groups.size());
        return found.isEmpty() ? 0 : 1;
    }

    private static Runner.Job job(Task task, Judge skep, Judge linux, int level, List<Found> found) {
        return new Runner.Job() {
            @Override
            public Comparison run() throws ObjectFormatException {
                ProgramSpec program = ObjectPipeline.link(task.object(), task.program());
                Judgement own = skep.judge(program, level);
                if (task.row().processed() < 20_000 && own.outcome() != Judgement.Outcome.UNSUPPORTED) {
                    compare(
                            task.row().key(),
                            own.log(),
                            linux.judge(program, level).log(),
                            found);
                }
                return null;
            }

            @Override
            public Comparison failed(Judgement judgement) {
                return null;
            }
        };
    }

    private static final String TIME = "verification time ";

    private static void compare(String program, String own, String theirs, List<Found> found) {
        String[] a = Judgement.withoutAddresses(own).split("\n");
        String[] b = Judgement.withoutAddresses(theirs).split("\n");
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            String mine = i < a.length ? a[i] : "";
            String other = i < b.length ? b[i] : "";
            boolean times = mine.startsWith(TIME) && other.startsWith(TIME);
            if (!times && !mine.equals(other)) {
                found.add(new Found(program, i + 1, i == 0 ? "" : b[i - 1], mine, other));
                return;
            }
        }
    }

    private static String cut(String line) {
        return line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE) + "...";
    }
}
