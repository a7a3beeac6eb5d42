package dev.skep.conformance;

import dev.skep.conformance.RunOptions.Show;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The command line, read: a command, words, and options. */
record Arguments(
        String command,
        List<String> words,
        RunOptions options,
        int level,
        int top,
        boolean diff,
        Path known,
        Path folder) {
    /** @throws IllegalArgumentException on anything unknown */
    static Arguments parse(String[] args) {
        if (args.length == 0) {
            throw new IllegalArgumentException("a command is missing");
        }
        RunOptions d = RunOptions.DEFAULT;
        String objects = d.objects();
        String programs = d.programs();
        String type = "";
        String feature = "";
        String judge = d.judge();
        boolean live = false;
        boolean annotations = true;
        boolean logs = false;
        boolean unprivileged = false;
        boolean permit = false;
        int repeat = 0;
        boolean diff = false;
        int jobs = d.jobs();
        int timeout = d.timeoutSeconds();
        int level = 2;
        int top = 40;
        Path report = null;
        Path folder = null;
        Path known = Path.of("conformance/known-differences.tsv");
        Set<Show> show = d.show();
        List<String> words = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            switch (args[i]) {
                case "--object" -> objects = value(args, ++i);
                case "--program" -> programs = value(args, ++i);
                case "--type" -> type = value(args, ++i);
                case "--feature" -> feature = value(args, ++i);
                case "--judge" -> judge = value(args, ++i);
                case "--live" -> live = true;
                case "--no-annotations" -> annotations = false;
                case "--logs" -> logs = true;
                case "--repeat" -> repeat = number(args, ++i);
                case "--unprivileged" -> unprivileged = true;
                case "--permit-unprivileged-bpf" -> permit = true;
                case "--diff" -> diff = true;
                case "--jobs" -> jobs = number(args, ++i);
                case "--timeout" -> timeout = number(args, ++i);
                case "--level" -> level = number(args, ++i);
                case "--top" -> top = number(args, ++i);
                case "--report" -> report = Path.of(value(args, ++i));
                case "--folder" -> {
                    folder = Path.of(value(args, ++i));
                    live = true;
                }
                case "--known" -> known = Path.of(value(args, ++i));
                case "--show" -> {
                    show = EnumSet.noneOf(Show.class);
                    for (String s : value(args, ++i).split(",")) {
                        show.add(Show.of(s));
                    }
                }
                default -> {
                    if (args[i].startsWith("--")) {
                        throw new IllegalArgumentException("unknown option: " + args[i]);
                    }
                    words.add(args[i]);
                }
            }
        }
        RunOptions options = new RunOptions(
                objects,
                programs,
                type,
                feature,
                judge,
                live,
                Math.max(1, jobs),
                timeout,
                annotations,
                logs,
                repeat,
                report,
                unprivileged,
                permit,
                show);
        return new Arguments(args[0], words, options, level, top, diff, known, folder);
    }

    private static String value(String[] args, int i) {
        if (i >= args.length) {
            throw new IllegalArgumentException(args[i - 1] + " needs a value");
        }
        return args[i];
    }

    private static int number(String[] args, int i) {
        return Integer.parseInt(value(args, i));
    }
}
