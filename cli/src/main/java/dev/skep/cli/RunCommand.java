package dev.skep.cli;

import dev.skep.Feature;
import dev.skep.ObjectFile;
import dev.skep.RejectedException;
import dev.skep.kernel.KernelModels;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.ProgramType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep run}: a program on every packet of a capture, or many times on one packet. */
@Command(
        name = "run",
        description = "Runs a program on a capture, or on the bytes of a file.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    enum Engine {
        JIT,
        INTERPRETER,
        KERNEL
    }

    enum Format {
        TABLE,
        JSON
    }

    @Parameters(index = "0", paramLabel = "OBJECT", description = "A BPF object file.")
    Path object;

    @Parameters(index = "1", paramLabel = "CAPTURE", arity = "0..1", description = "A pcap or pcapng file.")
    Path capture;

    @Option(
            names = {"-p", "--program"},
            paramLabel = "NAME",
            description = "Which program; needed when there are several.")
    String only;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the packets as the program left them.")
    Path out;

    @Option(names = "--timeline", description = "Says how fast packets went, tenth by tenth of a second.")
    boolean timeline;

    @Option(names = "-n", paramLabel = "N", description = "Stops after N packets.")
    long limit = Long.MAX_VALUE;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    Format format;

    @Option(names = "--data", paramLabel = "FILE", description = "Runs on the bytes of FILE instead of a capture.")
    Path data;

    @Option(names = "--data-out", paramLabel = "FILE", description = "Keeps the packet as the last run left it.")
    Path dataOut;

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Runs N times on the data.")
    int repeat;

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            defaultValue = "jit",
            description = "jit, interpreter, or kernel (needs root).")
    Engine engine;

    @Option(names = "--features", split = ",", paramLabel = "FEATURE", description = FeatureNames.DESCRIPTION)
    Set<String> features = Set.of();

    @Spec
    CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if ((capture == null) == (data == null)) {
            throw new CommandFault("give either a CAPTURE or --data FILE");
        }
        chosenFeatures();
        if (repeat < 1) {
            throw new CommandFault("--repeat must be >= 1: repeat=" + repeat);
        }
        ObjectFile file = ObjectFile.open(object, KernelModels.shipped());
        UnlinkedProgram program = choose(file);
        try {
            return data != null ? new DataRun(this, program).run() : new CaptureRun(this, program).run();
        } catch (RejectedException e) {
            command.commandLine().getErr().println("skep: " + e.getMessage());
            command.commandLine()
                    .getErr()
                    .println("skep: see `skep verify -l 1 " + object + " -p " + program.name() + "`");
            return Main.REJECTED;
        }
    }

    private UnlinkedProgram choose(ObjectFile file) {
        List<UnlinkedProgram> candidates = Selection.of(file, only);
        if (candidates.size() > 1) {
            List<UnlinkedProgram> packet =
                    candidates.stream().filter(p -> isPacketProgram(p.type())).toList();
            if (packet.size() != 1) {
                throw new CommandFault(object + ": choose a program with -p: programs="
                        + candidates.stream().map(UnlinkedProgram::name).toList());
            }
            return packet.getFirst();
        }
        if (candidates.isEmpty()) {
            throw new CommandFault(object + ": there is no program in it");
        }
        return candidates.getFirst();
    }

    static boolean isPacketProgram(ProgramType type) {
        return switch (type) {
            case XDP,
                    SCHED_CLS,
                    SCHED_ACT,
                    SOCKET_FILTER,
                    CGROUP_SKB,
                    LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    UNSPEC -> true;
            default -> false;
        };
    }

    Feature[] chosenFeatures() {
        return FeatureNames.parse(features).toArray(Feature[]::new);
    }
}
