package dev.skep.benchmarks;

import dev.skep.Engine;
import dev.skep.jit.JitOptions;
import dev.skep.jit.Optimisation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What each optimisation of the compiler brings: every program with all of them, with each one left out, with none; in
 * nanoseconds per run, what the empty program costs taken off. Rounds of the variants alternate.
 */
final class Ablation {
    private final Path objects;
    private final int rounds;
    private final List<JitOptions> variants = new ArrayList<>();

    Ablation(Path objects, int rounds) {
        this.objects = objects;
        this.rounds = rounds;
        variants.add(JitOptions.DEFAULT);
        for (Optimisation one : Optimisation.values()) {
            variants.add(JitOptions.DEFAULT.without(one));
        }
        variants.add(JitOptions.DEFAULT.without(Optimisation.values()));
    }

    /** The table in Markdown, of the programs whose label starts so. */
    String table(String only) throws Exception {
        StringBuilder b = new StringBuilder("| nanoseconds per run | all |");
        for (Optimisation one : Optimisation.values()) {
            b.append(" without ")
                    .append(one.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .append(" |");
        }
        b.append(" none |\n| --- |").append(" ---: |".repeat(variants.size())).append('\n');
        double empty = measure(Bench.empty(), variants.subList(0, 1)).getFirst();
        for (Bench bench : Bench.all()) {
            if (bench.label().startsWith(only)) {
                b.append("| ").append(bench.label()).append(" |");
                measure(bench, variants).forEach(n -> b.append(" %.1f |".formatted(Math.max(0, n - empty))));
                b.append('\n');
            }
        }
        return b.toString();
    }

    private List<Double> measure(Bench bench, List<JitOptions> options) throws Exception {
        List<Measurement> all = new ArrayList<>();
        try {
            for (JitOptions o : options) {
                Measurement m = new Measurement(new SkepContender(bench, objects, Engine.JIT, o), bench.maxBatch());
                all.add(m);
                m.warm(true);
            }
            for (int r = 0; r < rounds; r++) {
                for (Measurement m : all) {
                    m.round();
                }
            }
            return all.stream().map(Measurement::median).toList();
        } finally {
            all.forEach(Measurement::close);
        }
    }
}
