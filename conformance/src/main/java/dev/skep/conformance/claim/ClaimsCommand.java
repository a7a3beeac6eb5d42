package dev.skep.conformance.claim;

import dev.skep.conformance.CorpusPrograms;
import dev.skep.conformance.Samples;
import dev.skep.conformance.random.Batch;
import dev.skep.conformance.random.Rng;
import dev.skep.conformance.random.Sources;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** {@code Conformance claims}: runs accepted programs against what the verifier believed. */
public final class ClaimsCommand {
    public static final String USAGE = """
               Conformance claims [--count N] [--seed S] [--jobs N] [--source generated|corpus|both|numbers] [--runs N]
                                  [--privilege full|bpf|none] [--selftests] [--show BATCH/INDEX]
                 runs every accepted random program in the interpreter; each access must lie in its own region and each
                 register in what the verifier claimed; --selftests: the corpus' programs as they are;
                 --show: one random program only, printed
        """;

    private long count = 10_000;
    private long seed = 1;
    private int jobs = 2;
    private int runs = 6;
    private String sourceName = "both";
    private boolean selftests;
    private String show = "";
    private Privilege privilege = Privilege.FULL;
    private final PrintStream out;
    private final ClaimsTally tally = new ClaimsTally();

    private ClaimsCommand(PrintStream out) {
        this.out = out;
    }

    /** Exit status: 0 when nothing was violated. */
    public static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
        ClaimsCommand c = new ClaimsCommand(out);
        c.read(args);
        long start = System.nanoTime();
        if (!c.show.isEmpty()) {
            c.showOne();
        } else if (c.selftests) {
            c.overSelftests();
        } else {
            c.overRandom();
        }
        c.tally.groups().forEach(group -> group.forEach(v -> out.println(v.line())));
        out.print(c.tally.text());
        out.printf(
                Locale.ROOT,
                "seed %d, source %s, privilege %s: %.1f s%n",
                c.seed,
                c.selftests ? "selftests" : c.sourceName,
                c.privilege,
                (System.nanoTime() - start) / 1e9);
        return c.tally.violations() == 0 ? 0 : 1;
    }

    private void read(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--count" -> count = Long.parseLong(args.get(++i));
                case "--seed" -> seed = Long.parseLong(args.get(++i));
                case "--jobs" -> jobs = Integer.parseInt(args.get(++i));
                case "--runs" -> runs = Integer.parseInt(args.get(++i));
                case "--source" -> sourceName = args.get(++i);
                case "--selftests" -> selftests = true;
                case "--privilege" ->
                    privilege = Privilege.valueOf(args.get(++i).toUpperCase(Locale.ROOT));
                case "--show" -> show = args.get(++i);
                default -> throw new IllegalArgumentException("unknown option: " + args.get(i));
            }
        }
    }

    private ClaimsRun checker() {
        return new ClaimsRun(Samples.kernel(), VerifierOptions.DEFAULT.withPrivilege(privilege), runs, tally);
    }

    private void overRandom() throws IOException, InterruptedException {
        Batch.Source source = Sources.named(sourceName, privilege);
        AtomicLong next = new AtomicLong();
        Workers.run(jobs, watch -> {
            ClaimsRun checker = checker();
            while (tally.judged() < count) {
                long batch = Rng.seed(seed, next.getAndIncrement());
                List<ProgramSpec> programs = source.make(batch).programs();
                for (int i = 0; i < programs.size(); i++) {
                    int index = i;
                    watch.guard(() ->
                            checker.check(programs.get(index), batch + index, Long.toHexString(batch) + "/" + index));
                }
            }
        });
    }

    private void overSelftests() throws IOException, InterruptedException {
        CorpusPrograms corpus =
                CorpusPrograms.find().orElseThrow(() -> new IllegalArgumentException("there is no corpus"));
        List<String> objects = corpus.objects("*");
        AtomicInteger next = new AtomicInteger();
        Workers.run(jobs, watch -> {
            ClaimsRun checker = checker();
            for (int i = next.getAndIncrement(); i < objects.size(); i = next.getAndIncrement()) {
                for (ProgramSpec program : programs(corpus, objects.get(i)).values()) {
                    watch.guard(
                            () -> checker.check(program, seed + program.name().hashCode(), "selftest"));
                }
            }
        });
    }

    private static Map<String, ProgramSpec> programs(CorpusPrograms corpus, String object) {
        try {
            return corpus.of(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void showOne() throws IOException, InterruptedException {
        int slash = show.indexOf('/');
        long batch = Long.parseUnsignedLong(show.substring(0, slash), 16);
        int index = Integer.parseInt(show.substring(slash + 1));
        ProgramSpec program =
                Sources.named(sourceName, privilege).make(batch).programs().get(index);
        for (int i = 0; i < program.code().size(); i += program.code().width(i)) {
            out.println(i + ": " + Disassembler.line(program.code(), i, Disassembler.Names.NONE));
        }
        Workers.run(1, watch -> watch.guard(() -> checker().check(program, batch + index, show)));
    }
}
