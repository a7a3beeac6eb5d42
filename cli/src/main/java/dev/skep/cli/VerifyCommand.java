package dev.skep.cli;

import dev.skep.ObjectFile;
import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.linux.LinuxKernel;
import dev.skep.linux.UnprivilegedBpf;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.verifier.VerifierOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code skep verify}: the verdict on every program, in veristat's columns. Exit 0 all accepted, 1 some rejected, 2
 * could not judge.
 */
@Command(
        name = "verify",
        description = "Says whether Linux would load each program, and why not.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    enum Format {
        TABLE,
        CSV,
        JSON
    }

    enum Engine {
        SKEP,
        KERNEL
    }

    @Parameters(paramLabel = "OBJECT", arity = "1..*", description = "BPF object files.")
    private List<Path> objects;

    @Option(
            names = {"-p", "--program"},
            paramLabel = "NAME",
            description = "Only this program.")
    private String only;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv or json.")
    private Format format;

    @Option(
            names = {"-l", "--log-level"},
            paramLabel = "LEVEL",
            defaultValue = "0",
            description = "0 none, 1 the failing path, 2 everything.")
    private int level;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "skep",
            description = "skep, or kernel (needs root).")
    private Engine engine;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also says which engine each accepted program runs in, and the size of its code.")
    private boolean verbose;

    @Option(names = "--unprivileged", description = "Judge as for a user without capabilities.")
    private boolean unprivileged;

    @Option(names = "--features", split = ",", paramLabel = "FEATURE", description = FeatureNames.DESCRIPTION)
    private Set<String> features = Set.of();

    private final List<String> engines = new ArrayList<>();

    @Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        FeatureNames.parse(features);
        if (engine == Engine.KERNEL && !LinuxKernel.available().yes()) {
            throw new CommandFault(
                    "the kernel cannot be asked: " + LinuxKernel.available().reason());
        }
        if (engine == Engine.KERNEL && unprivileged && UnprivilegedBpf.setting() != 0) {
            throw new CommandFault("the kernel answers nobody without capabilities: kernel.unprivileged_bpf_disabled="
                    + UnprivilegedBpf.setting());
        }
        VerifierOptions options = VerifierOptions.DEFAULT
                .withLogLevel(level)
                .withPrivilege(unprivileged ? VerifierOptions.Privilege.NONE : VerifierOptions.Privilege.FULL)
                .withFeatures(features);
        Judge judge = engine == Engine.SKEP ? Judge.skep(options, this::noteEngine) : Judge.linux(level, unprivileged);
        List<Judgement> rows = new ArrayList<>();
        boolean unusable = false;
        for (Path path : objects) {
            try {
                ObjectFile file = ObjectFile.open(path, Extensions.on(KernelModels.running(), features));
                for (UnlinkedProgram program : Selection.of(file, only)) {
                    Judgement row = judge.judge(file, program);
                    rows.add(row);
                    if (level > 0 && format == Format.TABLE) {
                        out.println(row.program() + ":");
                        out.print(row.log());
                        out.println();
                    }
                }
            } catch (ObjectFormatException | IOException e) {
                err.println("skep: "
                        + (e instanceof java.nio.file.NoSuchFileException ? path + ": no such file" : e.getMessage()));
                unusable = true;
            }
        }
        print(out, rows);
        unusable |= rows.stream().anyMatch(r -> r.verdict().equals(Judgement.UNSUPPORTED));
        boolean rejected = rows.stream().anyMatch(r -> r.verdict().equals(Judgement.FAILURE));
        return unusable ? Main.UNUSABLE : rejected ? Main.REJECTED : Main.OK;
    }

    private void noteEngine(VerifiedProgram program, KernelModel kernel) {
        if (verbose) {
            engines.add(program.spec().name() + ": " + EngineReport.of(program, kernel));
        }
    }

    private void print(PrintWriter out, List<Judgement> rows) {
        switch (format) {
            case CSV -> {
                out.println("file_name,prog_name,verdict,duration,total_insns,total_states,peak_states");
                for (Judgement r : rows) {
                    out.println(String.join(
                            ",",
                            r.file(),
                            r.program(),
                            r.verdict(),
                            "" + r.micros(),
                            "" + r.insns(),
                            "" + r.states(),
                            "" + r.peakStates()));
                }
            }
            case JSON ->
                out.println(JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(rows));
            case TABLE -> {
                TextTable table =
                        new TextTable("File", "Program", "Verdict", "Duration (us)", "Insns", "States", "Peak states");
                for (Judgement r : rows) {
                    table.row(r.file(), r.program(), r.verdict(), r.micros(), r.insns(), r.states(), r.peakStates());
                }
                table.print(out);
                if (!engines.isEmpty()) {
                    out.println();
                    engines.forEach(out::println);
                }
                for (Judgement r : rows) {
                    if (!r.verdict().equals(Judgement.SUCCESS)) {
                        out.println();
                        out.println(r.file() + ": " + r.program() + ":");
                        out.print(r.details().isEmpty() ? "  " + r.message() + "\n" : r.details());
                    }
                }
            }
        }
    }
}
