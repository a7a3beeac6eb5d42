package dev.skep.cli;

import dev.skep.jit.Jit;
import dev.skep.kernel.KernelModels;
import dev.skep.kernel.program.ExecutableProgram;
import dev.skep.kernel.program.UnverifiedProgram;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code skep conformance-plugin}: the protocol of the public BPF conformance suite. A program as hex bytes on standard
 * input, its memory as hex bytes in the argument; runs it with R1 = memory and R2 = its length; prints R0 in hex.
 */
@Command(
        name = "conformance-plugin",
        description = "Runs hex instructions: the plugin protocol of the BPF conformance suite.",
        mixinStandardHelpOptions = true)
final class ConformancePluginCommand implements Callable<Integer> {
    private static final long BUDGET = 100_000_000;

    @Parameters(paramLabel = "MEMORY", arity = "0..1", description = "The program's memory, as hex bytes.")
    private String memory = "";

    @Option(names = "--unverified", description = "Skips the verifier; the memory check stays.")
    private boolean unverified;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "jit", description = "jit or interpreter.")
    private RunCommand.Engine engine;

    @Option(names = "--program", paramLabel = "HEX", description = "The program, instead of standard input.")
    private String program;

    @Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() throws IOException {
        String text = program != null ? program : new String(System.in.readAllBytes(), StandardCharsets.US_ASCII);
        byte[] code = hex(text, "program");
        byte[] data = hex(memory, "memory");
        if (code.length == 0 || code.length % 8 != 0) {
            throw new CommandFault("program must be whole 8-byte instructions: bytes=" + code.length);
        }
        long[] slots = new long[code.length / 8];
        ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(slots);
        ProgramSpec spec = ProgramSpec.of("conformance", ProgramType.SYSCALL, BpfCode.of(slots))
                .withFlags(ProgramSpec.F_SLEEPABLE);
        ExecutableProgram executable;
        if (unverified) {
            executable = new UnverifiedProgram(spec);
        } else {
            switch (Verifier.verifyWithMemory(spec, data.length, KernelModels.shipped(), VerifierOptions.DEFAULT)) {
                case Verdict.Accepted a -> executable = a.program();
                case Verdict.Rejected r -> {
                    command.commandLine().getErr().println("skep: unsafe: insn " + r.insn() + ": " + r.message());
                    return Main.REJECTED;
                }
            }
        }
        return run(executable, data);
    }

    private int run(ExecutableProgram executable, byte[] data) {
        try (Machine machine = Machine.create()) {
            LoadedProgram loaded = machine.load(executable, Map.of());
            if (engine == RunCommand.Engine.JIT) {
                Jit.install(loaded);
            }
            RunContext cx = machine.newContext();
            cx.limitBackEdges(BUDGET);
            long block = data.length == 0 ? 0 : machine.slab().require(data.length);
            if (block != 0) {
                SlabAccess.put(cx.memory(), block, data, 0, data.length);
            }
            command.commandLine()
                    .getOut()
                    .println(Long.toHexString(loaded.runSubprogram(cx, 0, block, data.length, 0)));
            return Main.OK;
        } catch (ProgramFault e) {
            command.commandLine().getErr().println("skep: " + e.getMessage());
            return Main.REJECTED;
        }
    }

    private static byte[] hex(String text, String what) {
        String digits = text.replaceAll("\\s|0x", "");
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new CommandFault(what + " must be hex bytes: " + e.getMessage());
        }
    }
}
