package dev.skep.benchmarks;

import dev.skep.Engine;
import dev.skep.linux.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command: measures every benchmark in every contender and prints the table. Arguments: the folder of the objects,
 * the folder of the native libraries, then options.
 *
 * <p>Rounds of all contenders of a benchmark alternate, so that what else the machine does hits all alike; the median
 * of the rounds counts. What the empty program costs is subtracted from Skep's, the kernel's and the native times.
 */
public final class Benchmarks {
    private static final String USAGE = """
        usage: benchmarks/run [--only LABEL_PREFIX] [--rounds N] [--columns NAME,...]
               benchmarks/run --scaling yes [--only LABEL_PREFIX] [--rounds N]      one thread and two
               benchmarks/run --ablation yes [--only LABEL_PREFIX] [--rounds N]     each optimisation left out
        """;
    /** The contenders, in the order of the columns. */
    static final List<String> COLUMNS = List.of("jit", "interpreter", "kernel", "gcc", "clang");

    private final Path objects;
    private final Path libraries;
    private final int rounds;

    private final List<String> columns;

    private Benchmarks(Path objects, Path libraries, int rounds, List<String> columns) {
        this.objects = objects;
        this.libraries = libraries;
        this.rounds = rounds;
        this.columns = columns;
    }

    public static void main(String[] args) throws Throwable {
        String only = "";
        int rounds = 9;
        List<String> columns = COLUMNS;
        boolean scaling = false;
        boolean ablation = false;
        for (int i = 2; i < args.length; i += 2) {
            switch (args[i] + (i + 1 < args.length ? "" : " without value")) {
                case "--only" -> only = args[i + 1];
                case "--rounds" -> rounds = Integer.parseInt(args[i + 1]);
                case "--scaling" -> scaling = args[i + 1].equals("yes");
                case "--ablation" -> ablation = args[i + 1].equals("yes");
                case "--columns" -> columns = List.of(args[i + 1].split(","));
                default -> {
                    System.err.print(USAGE);
                    System.exit(2);
                }
            }
        }
        if (scaling) {
            Scaling.print(Path.of(args[0]), rounds, only);
            return;
        }
        if (ablation) {
            System.out.print(new Ablation(Path.of(args[0]), rounds).table(only));
            return;
        }
        long start = System.nanoTime();
        Benchmarks all = new Benchmarks(Path.of(args[0]), Path.of(args[1]), rounds, columns);
        Table table = new Table(all.measure(Bench.empty()));
        System.out.print(table.head());
        for (Bench bench : Bench.all()) {
            if (bench.label().startsWith(only)) {
                System.out.println(table.row(bench.label(), all.measure(bench)));
            }
        }
        System.out.print(table.foot());
        System.out.printf("%n%d rounds, %.0f s in all%n", rounds, (System.nanoTime() - start) / 1e9);
    }

    /** Nanoseconds of one run, by contender. */
    private Map<String, Double> measure(Bench bench) throws Throwable {
        Map<String, Measurement> measurements = new LinkedHashMap<>();
        try {
            contenders(bench).forEach((name, c) -> measurements.put(name, new Measurement(c, bench.maxBatch())));
            compare(bench, measurements);
            for (var m : measurements.entrySet()) {
                m.getValue().warm(m.getKey().equals("jit") || m.getKey().equals("interpreter"));
            }
            List<Measurement> turns = new ArrayList<>(measurements.values());
            for (int r = 0; r < rounds; r++) {
                for (Measurement m : turns) {
                    m.round();
                }
            }
            Map<String, Double> medians = new LinkedHashMap<>();
            measurements.forEach((name, m) -> medians.put(name, m.median()));
            return medians;
        } finally {
            measurements.values().forEach(Measurement::close);
        }
    }

    private Map<String, Contender> contenders(Bench bench) throws Throwable {
        Map<String, Contender> all = new LinkedHashMap<>();
        all.put("jit", new SkepContender(bench, objects, Engine.JIT));
        if (columns.contains("interpreter")) {
            all.put("interpreter", new SkepContender(bench, objects, Engine.INTERPRETER));
        }
        if (columns.contains("kernel") && LinuxKernel.available().yes()) {
            all.put("kernel", new KernelContender(bench, objects));
        }
        for (String cc : List.of("gcc", "clang-19")) {
            Path library = libraries.resolve(bench.object() + "." + cc + ".so");
            String name = cc.equals("gcc") ? "gcc" : "clang";
            if (columns.contains(name) && Files.exists(library)) {
                all.put(name, new NativeContender(bench, library));
            }
        }
        return all;
    }

    /** The first run must answer the same everywhere. */
    private static void compare(Bench bench, Map<String, Measurement> measurements) throws Exception {
        Long expected = null;
        for (var m : measurements.entrySet()) {
            long r0 = m.getValue().contender().once() & 0xffff_ffffL;
            if (expected != null && expected != r0) {
                throw new IllegalStateException("contenders must agree: benchmark=" + bench.label() + " " + m.getKey()
                        + "=" + r0 + " jit=" + expected);
            }
            expected = r0;
        }
    }
}
