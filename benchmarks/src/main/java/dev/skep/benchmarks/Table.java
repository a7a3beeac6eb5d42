package dev.skep.benchmarks;

import java.util.HashMap;
import java.util.Map;

/** The table in Markdown: net nanoseconds per run, and how the JIT compares. */
final class Table {
    /**
     * The kernel counts whole nanoseconds, and the empty program varies by a few: ratios of shorter times say nothing.
     */
    private static final double LEAST_NANOS = 5;

    private final Map<String, Double> empty;
    private final Map<String, double[]> logs = new HashMap<>();

    Table(Map<String, Double> empty) {
        this.empty = empty;
    }

    String head() {
        StringBuilder b = new StringBuilder("| nanoseconds per run |");
        Benchmarks.COLUMNS.forEach(c -> b.append(' ').append(c).append(" |"));
        b.append(" jit ÷ kernel | jit ÷ gcc | jit ÷ clang | interpreter ÷ jit |\n| --- |");
        b.append(" ---: |".repeat(Benchmarks.COLUMNS.size() + 4));
        b.append("\n| empty, subtracted below |");
        Benchmarks.COLUMNS.forEach(c -> b.append(cell(empty.get(c), "%.1f")));
        return b.append(" | | | |\n").toString();
    }

    String row(String label, Map<String, Double> nanos) {
        StringBuilder b = new StringBuilder("| ").append(label).append(" |");
        Map<String, Double> net = new HashMap<>();
        nanos.forEach((name, n) -> net.put(name, Math.max(0, n - empty.getOrDefault(name, 0.0))));
        Benchmarks.COLUMNS.forEach(c -> b.append(cell(net.get(c), "%.1f")));
        b.append(ratio(net, "jit", "kernel")).append(ratio(net, "jit", "gcc")).append(ratio(net, "jit", "clang"));
        return b.append(ratio(net, "interpreter", "jit")).toString();
    }

    private String ratio(Map<String, Double> net, String over, String under) {
        if (!net.containsKey(over) || !net.containsKey(under)) {
            return cell(null, "");
        }
        if (net.get(over) < LEAST_NANOS || net.get(under) < LEAST_NANOS) {
            return cell(null, "");
        }
        double ratio = net.get(over) / net.get(under);
        double[] sum = logs.computeIfAbsent(over + under, _ -> new double[2]);
        sum[0] += Math.log(ratio);
        sum[1]++;
        return cell(ratio, "%.2f");
    }

    private static String cell(Double value, String format) {
        return value == null ? " |" : " " + format.formatted(value) + " |";
    }

    String foot() {
        StringBuilder b = new StringBuilder("| geometric mean |").append(" |".repeat(Benchmarks.COLUMNS.size()));
        for (String pair : new String[] {"jitkernel", "jitgcc", "jitclang", "interpreterjit"}) {
            double[] sum = logs.get(pair);
            b.append(cell(sum == null ? null : Math.exp(sum[0] / sum[1]), "%.2f"));
        }
        return b.append('\n').toString();
    }
}
