package dev.skep.conformance.random;

import dev.skep.conformance.Judgement;
import dev.skep.conformance.Samples;
import dev.skep.conformance.random.Finding.Kind;
import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.UnprivilegedBpf;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** {@code Conformance random}: compares both verifiers on random programs, or shows one of them. */
public final class RandomCommand {
    public static final String USAGE = """
               Conformance random [--count N] [--seed S] [--jobs N] [--source generated|corpus|both|numbers] [--logs]
                                  [--privilege full|bpf|none] [--permit-unprivileged-bpf] [--top N] [--seconds N]
                 judges random programs with Skep and with the running kernel (root); groups what differs;
                 --logs: compares whole logs at level 2
               Conformance random --show BATCH/INDEX [--source ...] [--logs] [--minimise]
                 prints one of those programs and where the two logs part
        """;

    private long count = 10_000;
    private long seed = 1;
    private int jobs = 2;
    private int top = 40;
    private int seconds = Integer.MAX_VALUE;
    private String sourceName = "generated";
    private boolean logs;
    private boolean minimise;
    private boolean permit;
    private Privilege privilege = Privilege.FULL;
    private String show = "";
    private final PrintStream out;

    private RandomCommand(PrintStream out) {
        this.out = out;
    }

    /** Exit status: 0 when nothing differs. */
    public static int run(List<String> args, PrintStream out) throws IOException, InterruptedException {
        RandomCommand c = new RandomCommand(out);
        c.read(args);
        LinuxKernel.Availability linux = LinuxKernel.available();
        if (!linux.yes()) {
            throw new IllegalArgumentException("the running kernel cannot be asked: " + linux.reason());
        }
        if (!c.permit) {
            return c.work();
        }
        try (UnprivilegedBpf _ = UnprivilegedBpf.permit()) {
            return c.work();
        }
    }

    private void read(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--count" -> count = Long.parseLong(args.get(++i));
                case "--seed" -> seed = Long.parseLong(args.get(++i));
                case "--jobs" -> jobs = Integer.parseInt(args.get(++i));
                case "--seconds" -> seconds = Integer.parseInt(args.get(++i));
                case "--top" -> top = Integer.parseInt(args.get(++i));
                case "--source" -> sourceName = args.get(++i);
                case "--logs" -> logs = true;
                case "--live" -> {}
                case "--minimise" -> minimise = true;
                case "--privilege" ->
                    privilege = Privilege.valueOf(args.get(++i).toUpperCase(Locale.ROOT));
                case "--permit-unprivileged-bpf" -> permit = true;
                case "--show" -> show = args.get(++i);
                default -> throw new IllegalArgumentException("unknown option: " + args.get(i));
            }
        }
    }

    private int work() throws IOException, InterruptedException {
        return show.isEmpty() ? compare() : show();
    }

    private Batch.Source source() throws IOException {
        return Sources.named(sourceName, privilege);
    }

    private int compare() throws IOException, InterruptedException {
        Map<String, List<Finding>> shapes = new TreeMap<>();
        RandomRun run = new RandomRun(source(), Samples.kernel(), privilege, logs, f -> {
            synchronized (shapes) {
                shapes.computeIfAbsent(f.shape(), _ -> new ArrayList<>()).add(f);
            }
        });
        long start = System.nanoTime();
        run.stopAfter(seconds).run(seed, count, jobs);
        double seconds = (System.nanoTime() - start) / 1e9;
        List<List<Finding>> groups = new ArrayList<>(shapes.values());
        groups.sort(
                Comparator.comparing((List<Finding> g) -> g.getFirst().kind()).thenComparing(g -> -g.size()));
        for (List<Finding> group : groups.subList(0, Math.min(top, groups.size()))) {
            Finding smallest = group.stream()
                    .min(Comparator.comparingInt(f -> f.program().code().size()))
                    .orElseThrow();
            out.println(group.size() + " x " + smallest.line());
        }
        out.printf(
                "seed %d, source %s, privilege %s: %d programs in %.1f s, %d accepted by the kernel (%.0f %%)%n",
                seed,
                sourceName,
                privilege,
                run.total(),
                seconds,
                run.accepted(),
                100.0 * run.accepted() / Math.max(1, run.total()));
        for (Kind kind : Kind.values()) {
            out.printf("  %-13s %d%n", kind, run.count(kind));
        }
        return run.clean() ? 0 : 1;
    }

    private int show() throws IOException {
        int slash = show.indexOf('/');
        long batchSeed = Long.parseUnsignedLong(show.substring(0, slash), 16);
        int index = Integer.parseInt(show.substring(slash + 1));
        Thread[] worker = new Thread[1];
        ProgramSpec program = source().make(batchSeed).programs().get(index);
        worker[0] = new Thread(null, () -> print(program), "show", 64 << 20);
        worker[0].start();
        try {
            worker[0].join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void print(ProgramSpec given) {
        Privileges.become(privilege);
        KernelModel kernel = Samples.kernel();
        ProgramSpec program = given;
        try (Comparer comparer = new Comparer(kernel, privilege, logs)) {
            Finding f = comparer.compare(program, 0, 0);
            if (minimise && f.kind() != Kind.SAME) {
                String shape = f.shape();
                program = Minimiser.minimise(
                        program, p -> shape.equals(comparer.compare(p, 0, 0).shape()));
                f = comparer.compare(program, 0, 0);
            }
            out.println(f.line());
        }
        for (int i = 0; i < program.code().size(); i += program.code().width(i)) {
            out.println(i + ": " + Disassembler.line(program.code(), i, Disassembler.Names.NONE));
        }
        try (Comparer whole = new Comparer(kernel, privilege, true)) {
            Verdict skep = whole.skep(program);
            LinuxVerdict linux = whole.linux(program, 2);
            printDifference(skep.log(), linux.log());
        }
    }

    private void printDifference(String own, String theirs) {
        String[] a = Judgement.withoutAddresses(own).split("\n");
        String[] b = Judgement.withoutAddresses(theirs).split("\n");
        int i = 0;
        while (i < Math.min(a.length, b.length)
                && (a[i].equals(b[i]) || a[i].contains("(18) r") && b[i].contains("(18) r"))) {
            i++;
        }
        for (int k = Math.max(0, i - 40); k < i; k++) {
            out.println("  " + a[k]);
        }
        for (int k = i; k < Math.min(a.length, i + 12); k++) {
            out.println("- " + a[k]);
        }
        for (int k = i; k < Math.min(b.length, i + 12); k++) {
            out.println("+ " + b[k]);
        }
    }
}
