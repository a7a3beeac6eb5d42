package dev.skep.cli;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.ObjectFile;
import dev.skep.RejectedException;
import dev.skep.Skep;
import dev.skep.kernel.KernelModels;
import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.linux.TestRun;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;

/**
 * One program many times on the same bytes, timed as {@code bpftool prog run} times. As in the kernel, the packet is
 * loaded once: a run finds it as the one before left it.
 */
final class DataRun {
    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private final RunCommand options;
    private final UnlinkedProgram program;
    private final PrintWriter out;

    DataRun(RunCommand options, UnlinkedProgram program) {
        this.options = options;
        this.program = program;
        this.out = options.command.commandLine().getOut();
    }

    int run() throws ObjectFormatException, RejectedException, IOException {
        byte[] data = Files.readAllBytes(options.data);
        return options.engine == RunCommand.Engine.KERNEL ? inKernel(data) : inSkep(data);
    }

    private int inSkep(byte[] data) throws ObjectFormatException, RejectedException, IOException {
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(
                        options.object,
                        o -> o.programs(program.name())
                                .engine(options.engine == RunCommand.Engine.JIT ? Engine.JIT : Engine.INTERPRETER)
                                .features(options.chosenFeatures()))) {
            if (!RunCommand.isPacketProgram(
                    object.program(program.name()).spec().type())) {
                long result = object.syscall(program.name()).run(data);
                report((int) result, 0);
                return Main.OK;
            }
            try (PacketRunner runner = PacketRunner.of(object, program.name())) {
                if (options.repeat > 1) {
                    warmUp(runner, data);
                }
                runner.load(data);
                long start = System.nanoTime();
                int result = 0;
                for (int i = 0; i < options.repeat; i++) {
                    result = runner.run();
                }
                report(result, (System.nanoTime() - start) / options.repeat);
                if (options.dataOut != null) {
                    Files.write(options.dataOut, runner.packet());
                }
            }
        }
        return Main.OK;
    }

    /** Runs unmeasured until HotSpot has compiled, at most two seconds. */
    private void warmUp(PacketRunner runner, byte[] data) {
        long end = System.nanoTime() + WARM_UP_NANOS;
        for (long i = 0; i < 2_000_000 && System.nanoTime() < end; i += 100) {
            runner.load(data);
            for (int k = 0; k < 100; k++) {
                runner.run();
            }
        }
    }

    private int inKernel(byte[] data) throws ObjectFormatException, IOException {
        if (!LinuxKernel.available().yes()) {
            throw new CommandFault(
                    "the kernel cannot be asked: " + LinuxKernel.available().reason());
        }
        ObjectFile file = ObjectFile.open(options.object, KernelModels.running());
        try (LinuxLoader loader = new LinuxLoader()) {
            LinuxVerdict verdict = loader.load(file.link(program), LoadOptions.RUN);
            if (verdict.program().isEmpty()) {
                throw new CommandFault("the kernel does not take it: "
                        + (verdict.problem().isEmpty() ? verdict.message() : verdict.problem()));
            }
            try (var loaded = verdict.program().get()) {
                TestRun result = loaded.testRun(data, new byte[0], options.repeat, 0);
                report(result.retval(), result.durationNanos());
                if (options.dataOut != null) {
                    Files.write(options.dataOut, result.data());
                }
            }
        } catch (LinuxException e) {
            throw new CommandFault("the kernel does not run it: " + e.getMessage());
        }
        return Main.OK;
    }

    private void report(int result, long nanos) {
        out.printf("Return value: %s, duration (average): %dns%n", Integer.toUnsignedString(result), nanos);
    }
}
