package dev.skep.conformance.engines;

import dev.skep.conformance.Samples;
import dev.skep.conformance.engines.Agreement.Kind;
import dev.skep.conformance.random.Minimiser;
import dev.skep.jit.CodeSize;
import dev.skep.linux.LinuxKernel;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.spec.ProgramSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code Conformance engines}: one table of how far interpreter, generated code and kernel agree. */
public final class EnginesCommand {
    public static final String USAGE = """
               Conformance engines [--source corpus|examples|generated|mutated|random] [--object GLOB] [--program NAME] [--count N]
                                   [--seed S] [--jobs N] [--no-kernel] [--report FILE] [--show KIND[,KIND...]]
                 runs verified programs in interpreter, generated code and kernel (BPF_PROG_TEST_RUN, root) on the same
                 inputs; compares results, packets, contexts, maps and rings; random: generated and mutated in turn
               Conformance engines --case BATCH/INDEX [--source ...]
                 cuts one random program down to what still gives the same kind of result, and prints it
                 KIND: outside kernel_state two unsupported long different engines fault uncompiled all
        """;

    private String source = "corpus";
    private String objects = "*";
    private String program = "";
    private String single = "";
    private long count = Long.MAX_VALUE;
    private long seed = 1;
    private int jobs = 2;
    private boolean live = true;
    private Path report;
    private Set<Kind> show = EnumSet.of(Kind.DIFFERENT, Kind.ENGINES, Kind.FAULT, Kind.UNCOMPILED);
    private final PrintStream out;

    private EnginesCommand(PrintStream out) {
        this.out = out;
    }

    /** Exit status: 0 when nothing is left to explain. */
    public static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
        EnginesCommand c = new EnginesCommand(out);
        c.read(args);
        return c.single.isEmpty() ? c.run() : c.show();
    }

    private int show() throws IOException, InterruptedException {
        String name = source.equals("mutated") ? "corpus" : source.equals("generated") ? "generated" : "both";
        Candidate given = Candidates.one(name, single);
        Thread worker = new Thread(null, () -> print(given), "show", 64 << 20);
        worker.start();
        worker.join();
        return 0;
    }

    private void print(Candidate given) {
        try (Trial trial = new Trial(Samples.kernel(), Outside.list(), 0, live, false)) {
            Agreement first = trial.judge(given).orElse(null);
            if (first == null) {
                out.println("the verifier rejects it");
                return;
            }
            out.println(first.line());
            ProgramSpec least = first.kind() == Kind.SAME
                    ? given.program()
                    : Minimiser.minimise(
                            given.program(),
                            p -> trial.judge(new Candidate(single, p))
                                    .filter(a -> a.kind() == first.kind())
                                    .isPresent());
            trial.judge(new Candidate(single, least)).ifPresent(a -> out.println(a.line()));
            for (int i = 0; i < least.code().size(); i += least.code().width(i)) {
                out.println(i + ": " + Disassembler.line(least.code(), i, Disassembler.Names.NONE));
            }
        }
    }

    private void read(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            String option = args.get(i);
            if (option.equals("--no-kernel")) {
                live = false;
                continue;
            }
            if (i + 1 == args.size()) {
                throw new IllegalArgumentException(option + " is unknown, or needs a value");
            }
            String value = args.get(++i);
            switch (option) {
                case "--source" -> source = value;
                case "--object" -> objects = value;
                case "--program" -> program = value;
                case "--count" -> count = Long.parseLong(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--jobs" -> jobs = Math.max(1, Integer.parseInt(value));
                case "--case" -> single = value;
                case "--report" -> report = Path.of(value);
                case "--show" -> show = kinds(value);
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
    }

    private static Set<Kind> kinds(String text) {
        if (text.equals("all")) {
            return EnumSet.complementOf(EnumSet.of(Kind.SAME));
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String k : text.split(",")) {
            kinds.add(Kind.valueOf(k.toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        return kinds;
    }

    private Candidates candidates() throws IOException {
        boolean endless = !source.equals("corpus") && !source.equals("examples");
        if (endless && count == Long.MAX_VALUE) {
            count = 1_000;
        }
        Candidates all = switch (source) {
            case "corpus" -> Candidates.corpus(objects);
            case "examples" -> Candidates.examples(Path.of("").toAbsolutePath());
            case "generated" -> Candidates.random("generated", seed);
            case "mutated" -> Candidates.random("corpus", seed);
            case "random" -> Candidates.random("both", seed);
            default -> throw new IllegalArgumentException("unknown source: " + source);
        };
        return program.isEmpty()
                ? all
                : n -> {
                    List<Candidate> batch = all.batch(n);
                    return batch == null
                            ? null
                            : batch.stream()
                                    .filter(c -> c.name().endsWith("/" + program))
                                    .toList();
                };
    }

    private int run() throws IOException, InterruptedException {
        boolean asks = live && LinuxKernel.available().yes();
        if (live && !asks) {
            out.println("SKIPPED: the kernel cannot be asked: "
                    + LinuxKernel.available().reason());
        }
        boolean measure = source.equals("corpus") || source.equals("examples");
        long start = System.nanoTime();
        Tally tally = new EnginesRun(Samples.kernel(), candidates(), asks, measure).run(count, jobs, a -> {
            if (show.contains(a.kind())) {
                synchronized (out) {
                    out.println(a.line());
                }
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        out.printf(
                "source %s%s: %d programs, %d accepted by the verifier, %.1f s%n",
                source, measure ? "" : ", seed " + seed, tally.seen(), tally.accepted(), seconds);
        for (Kind kind : Kind.values()) {
            out.printf("  %6d  %s%n", tally.count(kind), kind.text());
        }
        if (measure) {
            out.printf(
                    "generated code of %d programs: largest method %d bytes (%s), limit %d%n",
                    tally.measured(), tally.largest(), tally.largestName(), CodeSize.LIMIT);
        }
        if (report != null) {
            EnginesPage.write(report, source, seed, tally);
        }
        return tally.clean() && tally.largest() < CodeSize.LIMIT ? 0 : 1;
    }
}
