package dev.skep.cli;

import dev.skep.ObjectFile;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code skep inspect}: what an object holds, without judging it. */
@Command(name = "inspect", description = "Lists programs, maps, globals and types.", mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "OBJECT", description = "A BPF object file.")
    private Path object;

    @Option(names = "--types", description = "List every named type as well.")
    private boolean types;

    @Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = command.commandLine().getOut();
        ObjectFile file = ObjectFile.open(object, KernelModels.shipped());
        out.println(file.spec().name() + ": license "
                + (file.spec().license().isEmpty() ? "(none)" : file.spec().license()));
        out.println();
        programs(file, out);
        out.println();
        maps(file, out);
        globals(file, out);
        if (types) {
            types(file.spec().btf(), out);
        }
        return Main.OK;
    }

    private static void programs(ObjectFile file, PrintWriter out) {
        TextTable table = new TextTable("program", "section", "type", "attach type", "insns");
        for (UnlinkedProgram p : file.programs()) {
            table.row(
                    p.name(),
                    p.section(),
                    p.type().kernelName(),
                    p.attachType() == null ? "" : p.attachType().kernelName(),
                    p.insns());
        }
        table.print(out);
    }

    private static void maps(ObjectFile file, PrintWriter out) {
        TextTable table = new TextTable("map", "type", "key", "value", "entries", "flags", "key type", "value type");
        for (MapSpec m : file.spec().maps()) {
            table.row(
                    m.name(),
                    m.type() == null ? m.typeId() : m.type().kernelName(),
                    m.keySize(),
                    m.valueSize(),
                    Integer.toUnsignedString(m.maxEntries()),
                    "0x" + Integer.toHexString(m.flags()),
                    name(m.btf(), m.keyTypeId()),
                    name(m.btf(), m.valueTypeId()));
        }
        table.print(out);
    }

    private static void globals(ObjectFile file, PrintWriter out) {
        TextTable table = new TextTable("global", "section", "offset", "size", "type");
        boolean any = false;
        Btf btf = file.spec().btf();
        for (MapSpec m : file.spec().maps()) {
            if (m.contents() != null && btf.type(m.valueTypeId()) instanceof BtfType.DataSection section) {
                for (BtfType.SectionVariable v : section.variables()) {
                    if (btf.type(v.type()) instanceof BtfType.Variable variable) {
                        table.row(variable.name(), section.name(), v.offset(), v.size(), name(btf, variable.type()));
                        any = true;
                    }
                }
            }
        }
        if (any) {
            out.println();
            table.print(out);
        }
    }

    private static void types(Btf btf, PrintWriter out) {
        out.println();
        TextTable table = new TextTable("id", "kind", "name", "size");
        for (int id = btf.firstId(); id < btf.size(); id++) {
            BtfType t = btf.type(id);
            if (!t.name().isEmpty()) {
                long size = btf.sizeOf(id);
                table.row(
                        id,
                        t.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
                        t.name(),
                        size < 0 ? "" : size);
            }
        }
        table.print(out);
    }

    /** The type as C writes it, short: {@code struct flow_key}, {@code u64}, {@code struct event *}. */
    private static String name(Btf btf, int id) {
        return switch (btf.type(btf.skipModifiers(id))) {
            case BtfType.Struct s ->
                (s.isUnion() ? "union " : "struct ") + (s.name().isEmpty() ? "{...}" : s.name());
            case BtfType.Enum e -> "enum " + e.name();
            case BtfType.Pointer p -> name(btf, p.type()) + " *";
            case BtfType.Array a -> name(btf, a.elementType()) + "[" + a.count() + "]";
            case null -> "";
            case BtfType t -> t.name();
        };
    }
}
