package dev.skep.conformance.dynptr;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Disassembler;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;

/** {@code Conformance dynptrs}: many random dynptr programs, or the code of one. */
public final class DynptrCommand {
    public static final String USAGE = """
               Conformance dynptrs [--count N] [--seed S] [--features] [--top N]
                 runs random dynptr programs in the interpreter, in generated code and in the running kernel (root), and
                 compares all they leave behind; --features: with Skep's extensions, without the kernel
               Conformance dynptrs --show SEED [--features]
        """;

    private static final Set<String> ALL = Set.of(Extensions.MALLOC_DYNPTR, Extensions.STACK_DYNPTR);

    private DynptrCommand() {}

    /** Exit status: 0 when nothing differs. */
    public static int run(List<String> args, PrintStream out) {
        int count = 2000;
        long seed = 1;
        int top = 10;
        Set<String> features = Set.of();
        boolean show = false;
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--count" -> count = Integer.parseInt(args.get(++i));
                case "--seed" -> seed = Long.parseLong(args.get(++i));
                case "--top" -> top = Integer.parseInt(args.get(++i));
                case "--features" -> features = ALL;
                case "--show" -> {
                    show = true;
                    seed = Long.parseLong(args.get(++i));
                }
                default -> throw new IllegalArgumentException("unknown option: " + args.get(i));
            }
        }
        KernelModel kernel = Extensions.on(KernelModels.running(), features);
        DynptrFuzz fuzz = new DynptrFuzz(kernel, features);
        if (show) {
            show(fuzz, kernel, features, seed, out);
            return 0;
        }
        long start = System.nanoTime();
        int problems = 0;
        for (int i = 0; i < count; i++) {
            DynptrFuzz.Finding f = fuzz.run(seed + i);
            if (f.isProblem()) {
                problems++;
            }
            if (f.isProblem() && problems <= top || f.kind() == DynptrFuzz.Kind.STRICTER) {
                out.println(f.seed() + ": " + f.kind() + ": " + f.detail());
            }
        }
        out.printf(
                "%d programs from seed %d in %.1f s, %s%n",
                count,
                seed,
                (System.nanoTime() - start) / 1e9,
                fuzz.asksTheKernel() ? "with the running kernel" : "without a kernel");
        for (DynptrFuzz.Kind kind : DynptrFuzz.Kind.values()) {
            out.printf("  %-13s %d%n", kind, fuzz.count(kind));
        }
        return problems == 0 ? 0 : 1;
    }

    private static void show(DynptrFuzz fuzz, KernelModel kernel, Set<String> features, long seed, PrintStream out) {
        DynptrFuzz.Finding f = fuzz.run(seed);
        BpfCode code = f.subject().spec().code();
        for (int i = 0; i < code.size(); i += code.width(i)) {
            out.println(i + ": " + Disassembler.line(code, i, Disassembler.Names.NONE));
        }
        out.println(f.subject().spec().type().kernelName() + ", packet of "
                + f.subject().packet().length + " bytes");
        out.println(f.kind() + ": " + f.detail());
        String log = Trial.verify(f.subject(), kernel, features).log();
        out.println(log.length() < 1500 ? log : log.substring(log.length() - 1500));
    }
}
