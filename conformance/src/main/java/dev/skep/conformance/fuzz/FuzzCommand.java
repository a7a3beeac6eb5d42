package dev.skep.conformance.fuzz;

import dev.skep.conformance.Samples;
import dev.skep.kernel.KernelModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code Conformance fuzz}: damaged programs and objects, each of which must come to a verdict. */
public final class FuzzCommand {
    public static final String USAGE = """
               Conformance fuzz [--count N] [--seed S] [--jobs N] [--objects FOLDER] [--corpus] [--share 0..1]
                                [--instructions N] [--show INPUT]
                 judges damaged programs and, for a share of inputs, damaged object files from a folder (examples); each must
                 end in a verdict or a format exception; --corpus: damages the corpus' programs too; --show: one input only
        """;

    private FuzzCommand() {}

    /** Exit status: 0 when every input had its verdict. */
    public static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
        long count = 20_000;
        long seed = 1;
        int jobs = 2;
        int instructions = 100_000;
        double share = 0.3;
        Path folder = Path.of("examples");
        boolean corpus = false;
        String show = "";
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--count" -> count = Long.parseLong(args.get(++i));
                case "--seed" -> seed = Long.parseLong(args.get(++i));
                case "--jobs" -> jobs = Integer.parseInt(args.get(++i));
                case "--instructions" -> instructions = Integer.parseInt(args.get(++i));
                case "--share" -> share = Double.parseDouble(args.get(++i));
                case "--objects" -> folder = Path.of(args.get(++i));
                case "--corpus" -> corpus = true;
                case "--show" -> show = args.get(++i);
                default -> throw new IllegalArgumentException("unknown option: " + args.get(i));
            }
        }
        KernelModel kernel = Samples.kernel();
        FuzzSeeds seeds = FuzzSeeds.of(kernel, folder);
        FuzzRun run = new FuzzRun(corpus ? seeds.withCorpus() : seeds, kernel, instructions, share);
        if (show.isEmpty()) {
            run.run(seed, count, jobs);
        } else {
            run.one(new FuzzJudge(kernel, instructions), Long.parseUnsignedLong(show, 16));
        }
        run.findings().forEach(group -> group.forEach(f -> out.println(f.line())));
        out.print(run.text());
        return run.findings().isEmpty() ? 0 : 1;
    }
}
