package dev.skep.cli;

import dev.skep.kernel.KernelModels;
import dev.skep.object.ObjectFormatException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point: names the subcommands and turns every fault into one line and an exit status. */
@Command(
        name = "skep",
        description = "Check, run and test BPF programs, with Linux's verdicts and no kernel.",
        mixinStandardHelpOptions = true,
        version = "skep 0.1.0 (Linux 6.18 profile)",
        subcommands = {
            VerifyCommand.class,
            RunCommand.class,
            DumpCommand.class,
            InspectCommand.class,
            FeaturesCommand.class,
            ConformancePluginCommand.class
        })
public final class Main {
    /** Everything was accepted, or ran. */
    static final int OK = 0;
    /** Some program was rejected. */
    static final int REJECTED = 1;
    /** Nothing could be judged or run: bad file, bad usage. */
    static final int UNUSABLE = 2;

    private Main() {}

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("verify")) {
            // reading the kernel's types takes about as long as setting up the command line
            Thread.ofPlatform().daemon().name("kernel model").start(KernelModels::running);
        }
        System.exit(run(args, stdout(), new PrintWriter(System.err, true)));
    }

    /** Straight to the descriptor: what is printed is gathered here only. */
    private static PrintWriter stdout() {
        String named = System.getProperty("stdout.encoding");
        Charset charset =
                named != null && Charset.isSupported(named) ? Charset.forName(named) : Charset.defaultCharset();
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), charset), true);
    }

    /** Runs one command line; for tests. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((fault, command, _) -> {
                    command.getErr().println("skep: " + sentence(fault));
                    return UNUSABLE;
                });
        if (args.length == 0) {
            line.usage(err);
            return UNUSABLE;
        }
        int status = line.execute(args);
        out.flush();
        err.flush();
        return status;
    }

    private static String sentence(Throwable fault) {
        return switch (fault) {
            case ObjectFormatException e -> e.getMessage();
            case CommandFault e -> e.getMessage();
            case NoSuchFileException e -> e.getFile() + ": no such file";
            case java.io.IOException e -> e.getMessage() == null ? e.toString() : e.getMessage();
            default -> "internal error, please report it: " + fault + at(fault);
        };
    }

    private static String at(Throwable fault) {
        StackTraceElement[] trace = fault.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }
}
