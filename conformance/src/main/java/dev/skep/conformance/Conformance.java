package dev.skep.conformance;

import dev.skep.conformance.RunOptions.Show;
import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.claim.ClaimsCommand;
import dev.skep.conformance.dynptr.DynptrCommand;
import dev.skep.conformance.engines.EnginesCommand;
import dev.skep.conformance.fuzz.FuzzCommand;
import dev.skep.conformance.random.RandomCommand;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The command: {@code run}, {@code random}, {@code engines}, {@code dynptrs}, {@code log}, {@code log-differences},
 * {@code list-objects}, {@code record}. Exit status 1
 * if something differs, 2 for wrong use.
 */
public final class Conformance {
    static final String USAGE = """
        usage: Conformance run [--folder DIR] [--object GLOB] [--program GLOB] [--type T] [--feature F] [--judge skep|linux] [--live]
                               [--jobs N] [--timeout SECONDS] [--no-annotations] [--logs] [--repeat N]
                               [--report FILE] [--known FILE] [--show KIND[,KIND...]]
                               [--unprivileged [--permit-unprivileged-bpf]]
                 judges programs and compares with Linux 6.18's recorded verdicts (--live: with the running kernel's;
                 --folder: every program of every object below DIR instead of the corpus, live;
                 --logs: also whole logs at level 2; --repeat: times without log, the best of N after a warm-up; with --live
                 the kernel's likewise, in the same run: take --jobs 1 then)
                 --unprivileged: as for a loader without any capability; with --live the kernel must answer such loaders, or
                 --permit-unprivileged-bpf sets kernel.unprivileged_bpf_disabled to 0 until the end of the run (root)
                 KIND: false-accept false-reject unsupported crash message expected cost log unknown all
               Conformance log OBJECT PROGRAM [--level N] [--judge skep|linux] [--diff] [--unprivileged ...]
                 prints one program's verifier log; --diff: the first lines that differ from the running kernel's
               Conformance log-differences [--object GLOB] [--program GLOB] [--type T] [--level N] [--top N]
                 where logs first differ from the running kernel's, alike ones together
               Conformance list-objects [--object GLOB]
                 compares programs, sections, types and sizes with the table
               Conformance record FOLDER [--unprivileged [--permit-unprivileged-bpf]]
                 records times and expected messages of the running kernel; --unprivileged: instead, what it tells a loader
                 without any capability
        """;

    private Conformance() {}

    public static void main(String[] args) throws Exception {
        System.exit(run(args, System.out));
    }

    static int run(String[] args, PrintStream out) throws Exception {
        try {
            if (args.length > 0 && args[0].equals("random")) {
                return RandomCommand.run(List.of(args).subList(1, args.length), out);
            }
            if (args.length > 0 && args[0].equals("engines")) {
                return EnginesCommand.run(List.of(args).subList(1, args.length), out);
            }
            if (args.length > 0 && args[0].equals("dynptrs")) {
                return DynptrCommand.run(List.of(args).subList(1, args.length), out);
            }
            if (args.length > 0 && args[0].equals("claims")) {
                return ClaimsCommand.run(List.of(args).subList(1, args.length), out);
            }
            if (args.length > 0 && args[0].equals("fuzz")) {
                return FuzzCommand.run(List.of(args).subList(1, args.length), out);
            }
            Arguments a = Arguments.parse(args);
            Corpus corpus = a.folder() == null ? Corpus.find().orElse(null) : Corpus.of(a.folder());
            if (corpus == null) {
                out.println(Corpus.howToBuild());
                return 2;
            }
            return switch (a.command()) {
                case "run" -> compare(corpus, a, out);
                case "log" -> LogCommand.run(corpus, a, out);
                case "log-differences" -> LogDifferences.run(corpus, a, out);
                case "list-objects" ->
                    ListObjects.run(corpus, VerdictTable.linux618(), a.options().objects(), out) == 0 ? 0 : 1;
                case "record" -> {
                    Path folder = Path.of(a.words().getFirst());
                    if (a.options().unprivileged()) {
                        UnprivilegedRun.record(corpus, a.options(), folder);
                    } else {
                        Recorder.run(corpus, VerdictTable.linux618(), folder, out);
                    }
                    yield 0;
                }
                default -> throw new IllegalArgumentException("unknown command: " + a.command());
            };
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.print(USAGE);
            out.print(RandomCommand.USAGE);
            out.print(EnginesCommand.USAGE);
            out.print(DynptrCommand.USAGE);
            out.print(ClaimsCommand.USAGE);
            out.print(FuzzCommand.USAGE);
            return 2;
        }
    }

    private static int compare(Corpus corpus, Arguments a, PrintStream out) throws IOException, InterruptedException {
        RunOptions options = a.options();
        if (options.unprivileged()) {
            return UnprivilegedRun.run(corpus, options, out) ? 0 : 1;
        }
        Judge judge = Judges.named(options.judge());
        long start = System.nanoTime();
        List<Comparison> unread = new ArrayList<>();
        VerdictTable table =
                a.folder() == null ? VerdictTable.linux618() : FolderRows.of(corpus, options.objects(), out);
        List<Task> tasks = tasks(corpus, table, options, unread);
        if (options.live()) {
            tasks = Live.rejudge(tasks);
        }
        if (options.repeat() > 0) {
            Runner.run(Timing.warmUp(tasks, judge), options.jobs(), options.timeoutSeconds(), _ -> {});
        }
        List<Comparison> all = new ArrayList<>(unread);
        List<Runner.Job> work = tasks.stream().map(t -> t.job(judge, options)).toList();
        all.addAll(Runner.run(work, options.jobs(), options.timeoutSeconds(), c -> {
            if (options.shows(c)) {
                out.println(c.line());
            }
        }));
        out.print(new Report(all).text());
        out.printf("%.1f s in all%n", (System.nanoTime() - start) / 1e9);
        KnownDifferences known = KnownDifferences.read(a.known());
        if (options.report() != null) {
            ParityPage.write(options.report(), all, judge, known, UnprivilegedRun.recorded(corpus, options));
        }
        List<String> problems = known.problems(all);
        problems.stream().filter(p -> p.contains("listed as")).forEach(out::println);
        return problems.isEmpty() ? 0 : 1;
    }

    /**
     * Every program wanted that the table knows, in the table's order; objects that cannot be read go to {@code
     * unread}.
     */
    static List<Task> tasks(Corpus corpus, VerdictTable table, RunOptions options, List<Comparison> unread)
            throws IOException {
        Baseline baseline = Baseline.linux618();
        PathMatcher wanted = FileSystems.getDefault().getPathMatcher("glob:" + options.programs());
        List<Task> tasks = new ArrayList<>();
        for (String object : corpus.objects(options.objects())) {
            List<Row> rows = table.rowsOf(object).stream()
                    .filter(r -> wanted.matches(Path.of(r.program().replace('/', '_'))))
                    .filter(r -> options.type().isEmpty() || r.type().equals(options.type()))
                    .filter(r -> r.verdict() != VerdictTable.Verdict.NONE
                            || options.live()
                            || options.show().contains(Show.UNKNOWN)
                            || options.unprivileged())
                    .toList();
            if (rows.isEmpty()) {
                continue;
            }
            try {
                ObjectSpec spec = corpus.read(object);
                for (Row row : rows) {
                    UnlinkedProgram p = program(spec, row.program());
                    if (p == null) {
                        unread.add(missing(row, "no such program in the object"));
                    } else {
                        tasks.add(new Task(row, spec, p, baseline));
                    }
                }
            } catch (ObjectFormatException e) {
                rows.forEach(row -> unread.add(missing(row, "read: " + e.getMessage())));
            }
        }
        return tasks;
    }

    static UnlinkedProgram program(ObjectSpec spec, String name) {
        return spec.programs().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static Comparison missing(Row row, String why) {
        return new Comparison(row, Judgement.unsupported(why), 0, 0, Comparison.Log.UNKNOWN, Set.of(), 0);
    }
}
