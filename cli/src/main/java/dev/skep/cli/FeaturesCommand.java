package dev.skep.cli;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.helper.HelperTable;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/** {@code skep features}: what can be verified, and what of it can be run. */
@Command(
        name = "features",
        description = "Lists helpers, program types and map types.",
        mixinStandardHelpOptions = true)
final class FeaturesCommand implements Callable<Integer> {
    @Spec
    private CommandLine.Model.CommandSpec command;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        KernelModel kernel = KernelModels.shipped();
        out.println("profile: Linux " + kernel.version());
        out.println();
        TextTable helpers = new TextTable("id", "helper", "verified", "run");
        for (int id = 1; id < HelperTable.SIZE; id++) {
            String name = kernel.helperName(id);
            if (name != null && !name.equals("unknown")) {
                helpers.row(id, name, "yes", HelperTable.helper(id) != null ? "yes" : "no");
            }
        }
        helpers.print(out);
        out.println();
        out.println("program types: " + names(ProgramType.values(), 1));
        out.println("map types: " + names(MapType.values(), 1));
        out.println("extensions (--features): " + FeatureNames.known());
        return Main.OK;
    }

    private static String names(Enum<?>[] values, int from) {
        StringBuilder s = new StringBuilder();
        for (int i = from; i < values.length; i++) {
            s.append(i == from ? "" : " ").append(values[i].name().toLowerCase(java.util.Locale.ROOT));
        }
        return s.toString();
    }
}
