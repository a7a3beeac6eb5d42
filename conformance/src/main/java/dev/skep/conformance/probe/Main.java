package dev.skep.conformance.probe;

import dev.skep.conformance.ObjectPipeline;
import dev.skep.kernel.Linux618;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.Locale;

/** {@code Main [TYPE[/ATTACH] [HELPER]]}: probes helpers against the running kernel; root only. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        String[] type = (args.length > 0 ? args[0] : "sched_cls").toUpperCase(Locale.ROOT).split("/");
        int helper = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        ProgramType programType = ProgramType.valueOf(type[0]);
        int flags = programType == ProgramType.SYSCALL ? 16 : 0;
        new HelperProbe(Linux618.with(ObjectPipeline.hostTypes()), System.out)
                .run(programType, type.length > 1 ? AttachType.valueOf(type[1]) : null, flags, helper);
    }
}
