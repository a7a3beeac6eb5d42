package dev.skep.cli;

import dev.skep.ObjectFile;
import dev.skep.kernel.KernelModels;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep dump}: instructions in the kernel log's syntax, each C line above those that come from it. */
@Command(name = "dump", description = "Disassembles programs beside their C lines.", mixinStandardHelpOptions = true)
final class DumpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OBJECT", description = "A BPF object file.")
    private Path object;

    @Option(
            names = {"-p", "--program"},
            paramLabel = "NAME",
            description = "Only this program.")
    private String only;

    @Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = command.commandLine().getOut();
        ObjectFile file = ObjectFile.open(object, KernelModels.running());
        for (UnlinkedProgram program : Selection.of(file, only)) {
            dump(file, file.link(program), out);
        }
        return Main.OK;
    }

    private static void dump(ObjectFile file, ProgramSpec program, PrintWriter out) {
        out.printf(
                "%s: section %s, type %s, %d instructions%n",
                program.name(),
                program.section(),
                program.type().kernelName(),
                program.code().size());
        Map<Integer, LineInfo> lines = new HashMap<>();
        program.lines().forEach(l -> lines.put(l.insnIndex(), l));
        Map<Integer, String> functions = new HashMap<>();
        program.functions()
                .forEach(f -> functions.put(
                        f.insnIndex(), program.btf().type(f.typeId()).name()));
        Disassembler.Names names = new Disassembler.Names() {
            @Override
            public String helper(int id) {
                return file.kernel().helperName(id);
            }

            @Override
            public String kfunc(int btfId) {
                return program.kfuncs().getOrDefault(btfId, "unknown");
            }
        };
        BpfCode code = program.code();
        LineInfo shown = null;
        for (int i = 0; i < code.size(); i += code.width(i)) {
            if (functions.containsKey(i)) {
                out.println(functions.get(i) + ":");
            }
            LineInfo line = lines.get(i);
            if (line != null
                    && (shown == null
                            || line.line() != shown.line()
                            || !line.file().equals(shown.file()))) {
                out.println("; " + line.text().strip() + " @ " + baseName(line.file()) + ":" + line.line());
                shown = line;
            }
            out.printf("%5d: (%02x) %s%n", i, code.slot(i) & 0xff, Disassembler.text(code, i, names));
        }
        out.println();
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
