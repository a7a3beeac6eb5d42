package dev.skep.conformance.probe;

import dev.skep.conformance.ObjectPipeline;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;

/**
 * {@code Main [TYPE[/ATTACH] [HELPER | global [PARAMETER] | static [PARAMETER]]]}: probes helpers, or functions of the
 * program, against the running kernel; root only.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        String what = args.length > 1 ? args[1] : "0";
        KernelModel kernel = Linux618.with(ObjectPipeline.hostTypes());
        Target target = Target.parse(args.length > 0 ? args[0] : "sched_cls", kernel.btf());
        if (what.equals("global") || what.equals("static")) {
            new GlobalProbe(kernel, System.out).run(target, what.equals("global"), args.length > 2 ? args[2] : "");
        } else {
            new HelperProbe(kernel, System.out).run(target, Integer.parseInt(what));
        }
    }
}
