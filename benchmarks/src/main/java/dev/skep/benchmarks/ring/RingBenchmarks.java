package dev.skep.benchmarks.ring;

import dev.skep.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The command: measures rings of each record size with each number of producers and prints the table. Rounds of all
 * contenders of a line alternate, after as many to warm up; the median counts. Arguments: the folder of the objects,
 * then options.
 */
public final class RingBenchmarks {
    private static final String USAGE = """
        usage: benchmarks/rings [--only turns|copy|claim|user] [--size BYTES] [--rounds N] [--millis N] [--interpreter yes]
        """;
    private static final int[] SIZES = {8, 64, 512, 4096};

    private final Path objects;
    private String only = "";
    private int size;
    private int rounds = 5;
    private long nanos = 150_000_000;
    private boolean interpreter;

    private RingBenchmarks(Path objects) {
        this.objects = objects;
    }

    public static void main(String[] args) throws Exception {
        RingBenchmarks all = new RingBenchmarks(Path.of(args[0]));
        for (int i = 1; i < args.length; i += 2) {
            switch (args[i] + (i + 1 < args.length ? "" : " without value")) {
                case "--only" -> all.only = args[i + 1];
                case "--size" -> all.size = Integer.parseInt(args[i + 1]);
                case "--rounds" -> all.rounds = Integer.parseInt(args[i + 1]);
                case "--millis" -> all.nanos = Long.parseLong(args[i + 1]) * 1_000_000;
                case "--interpreter" -> all.interpreter = args[i + 1].equals("yes");
                default -> {
                    System.err.print(USAGE);
                    System.exit(2);
                }
            }
        }
        all.run();
    }

    private void run() throws Exception {
        long start = System.nanoTime();
        if ("turns".startsWith(only)) {
            turns();
        }
        for (String how : List.of("copy", "claim")) {
            if (how.startsWith(only)) {
                System.out.printf(
                        "| million records/s, %s | Skep, BPF | Agrona, Java | JCTools, Java | Skep ÷ Agrona | Skep ÷"
                                + " JCTools |%n",
                        how);
                System.out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
                for (int producers = 1; producers <= 2; producers++) {
                    for (int s : SIZES) {
                        if (size == 0 || size == s) {
                            line(how.equals("copy"), producers, s);
                        }
                    }
                }
                System.out.println();
            }
        }
        if ("user".startsWith(only)) {
            users();
        }
        System.out.printf(
                Locale.ROOT,
                "%d rounds of %d ms, %.0f s in all%n",
                rounds,
                nanos / 1_000_000,
                (System.nanoTime() - start) / 1e9);
    }

    private Map<String, RingContender> contenders(boolean copy, int bytes) throws Exception {
        Map<String, RingContender> contenders = new LinkedHashMap<>();
        contenders.put("skep", new SkepRing(objects, interpreter ? Engine.INTERPRETER : Engine.JIT, copy, bytes));
        contenders.put("agrona", new AgronaRing(copy, bytes));
        contenders.put("jctools", new JctoolsRing(copy, bytes));
        return contenders;
    }

    private void turns() throws Exception {
        System.out.println(
                "| ns a record, one thread by turns: produce + consume | Skep, BPF | Agrona, Java | JCTools, Java |"
                        + " Agrona ÷ Skep |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        for (String how : List.of("copy", "claim")) {
            for (int bytes : SIZES) {
                if (size == 0 || size == bytes) {
                    turns(how, bytes);
                }
            }
        }
        System.out.println();
    }

    private void turns(String how, int bytes) throws Exception {
        Map<String, RingContender> contenders = contenders(how.equals("copy"), bytes);
        try {
            Map<String, Turns> turns = new LinkedHashMap<>();
            for (var c : contenders.entrySet()) {
                turns.put(c.getKey(), new Turns(c.getValue()));
            }
            for (int r = 0; r < 4 * rounds; r++) {
                for (Turns t : turns.values()) {
                    t.round(nanos / 3);
                }
            }
            StringBuilder b = new StringBuilder("| " + how + ", " + bytes + " bytes |");
            for (Turns t : turns.values()) {
                b.append(String.format(Locale.ROOT, " %.1f + %.1f |", t.produceNanos(), t.consumeNanos()));
            }
            Turns skep = turns.get("skep");
            Turns agrona = turns.get("agrona");
            double ratio =
                    (agrona.produceNanos() + agrona.consumeNanos()) / (skep.produceNanos() + skep.consumeNanos());
            System.out.println(b + String.format(Locale.ROOT, " %.2f |", ratio));
        } finally {
            contenders.values().forEach(RingContender::close);
        }
    }

    private void line(boolean copy, int producers, int bytes) throws Exception {
        Map<String, RingContender> contenders = contenders(copy, bytes);
        Map<String, List<Race.Lane>> lanes = new LinkedHashMap<>();
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        try {
            for (var c : contenders.entrySet()) {
                List<Race.Lane> own = new ArrayList<>();
                for (int p = 0; p < producers; p++) {
                    own.add(new Race.Lane(c.getValue().producer(p), new AtomicLong()));
                }
                lanes.put(c.getKey(), own);
                rates.put(c.getKey(), new ArrayList<>());
            }
            for (int r = 0; r < 2 * rounds; r++) {
                for (var c : contenders.entrySet()) {
                    double rate = Race.run(c.getValue(), lanes.get(c.getKey()), nanos);
                    if (r >= rounds) {
                        rates.get(c.getKey()).add(rate);
                    }
                }
            }
        } finally {
            contenders.values().forEach(RingContender::close);
        }
        double skep = median(rates.get("skep"));
        double agrona = median(rates.get("agrona"));
        double jctools = median(rates.get("jctools"));
        System.out.printf(
                Locale.ROOT,
                "| %d producer%s, %d bytes | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                producers,
                producers == 1 ? "" : "s",
                bytes,
                skep / 1e6,
                agrona / 1e6,
                jctools / 1e6,
                skep / agrona,
                skep / jctools);
    }

    private void users() throws Exception {
        System.out.println("| million samples/s, Java to BPF | one thread by turns | two threads |");
        System.out.println("| --- | ---: | ---: |");
        for (int bytes : SIZES) {
            if (size != 0 && size != bytes) {
                continue;
            }
            List<Double> one = new ArrayList<>();
            List<Double> two = new ArrayList<>();
            try (UserRingRace race = new UserRingRace(objects, interpreter ? Engine.INTERPRETER : Engine.JIT, bytes)) {
                for (int r = 0; r < 2 * rounds; r++) {
                    double first = race.oneThread(nanos);
                    double second = race.twoThreads(nanos);
                    if (r >= rounds) {
                        one.add(first);
                        two.add(second);
                    }
                }
            }
            System.out.printf(Locale.ROOT, "| %d bytes | %.2f | %.2f |%n", bytes, median(one) / 1e6, median(two) / 1e6);
        }
        System.out.println();
    }

    private static double median(List<Double> values) {
        Collections.sort(values);
        return values.get(values.size() / 2);
    }
}
