package dev.skep.conformance.probe;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.Locale;

/**
 * What kind of program asks.
 *
 * @param name the attach target's name, "" if the type needs none
 * @param btfId its id in the kernel's types
 */
record Target(ProgramType type, AttachType attach, int flags, String name, int btfId) {
    /** From {@code type} or {@code type/attach_type}, any case. */
    static Target parse(String text, Btf kernel) {
        String[] parts = text.toUpperCase(Locale.ROOT).split("/");
        ProgramType type = ProgramType.valueOf(parts[0]);
        AttachType attach = parts.length > 1 ? AttachType.valueOf(parts[1]) : null;
        int flags = type == ProgramType.SYSCALL ? ProgramSpec.F_SLEEPABLE : 0;
        if (type != ProgramType.TRACING) {
            return new Target(type, attach, flags, "", 0);
        }
        return attach == AttachType.TRACE_ITER
                ? new Target(type, attach, flags, "task", kernel.find("bpf_iter_task", BtfType.Function.class))
                : new Target(
                        type,
                        AttachType.TRACE_RAW_TP,
                        flags,
                        "sched_switch",
                        kernel.find("btf_trace_sched_switch", BtfType.Typedef.class));
    }

    ProgramSpec apply(ProgramSpec program) {
        return program.withType(type, attach).withFlags(flags).withAttachTarget(name, btfId, -1);
    }

    @Override
    public String toString() {
        return type.kernelName() + (attach == null ? "" : "/" + attach.kernelName());
    }
}
