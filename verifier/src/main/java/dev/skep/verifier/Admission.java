package dev.skep.verifier;

import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.VerifierOptions.Privilege;
import dev.skep.verifier.diag.Reject;
import java.util.List;

/**
 * What the loader's capabilities allow before anybody reads the program: its type, its length, its types.
 *
 * <p>Linux answers here with an error number and no word; the words are Skep's.
 */
final class Admission {
    private static final int MAX_UNPRIVILEGED = 4096;

    private Admission() {}

    /** @throws Reject if this loader may not load such a program */
    static void require(ProgramSpec program, Privilege privilege) {
        if (privilege == Privilege.NONE && program.code().size() > MAX_UNPRIVILEGED) {
            throw Reject.at(
                    -1,
                    Reject.E2BIG,
                    "programs of more than " + MAX_UNPRIVILEGED + " instructions need CAP_BPF: instructions="
                            + program.code().size());
        }
        if (privilege == Privilege.NONE
                && program.type() != ProgramType.SOCKET_FILTER
                && program.type() != ProgramType.CGROUP_SKB) {
            throw Reject.at(
                    -1,
                    Reject.EPERM,
                    "programs of this type need CAP_BPF: type=" + program.type().kernelName());
        }
        if (privilege != Privilege.FULL && traces(program.type())) {
            throw Reject.at(
                    -1,
                    Reject.EPERM,
                    "programs of this type need CAP_PERFMON: type="
                            + program.type().kernelName());
        }
    }

    private static boolean traces(ProgramType type) {
        return switch (type) {
            case KPROBE,
                    TRACEPOINT,
                    PERF_EVENT,
                    RAW_TRACEPOINT,
                    RAW_TRACEPOINT_WRITABLE,
                    TRACING,
                    LSM,
                    STRUCT_OPS,
                    EXT -> true;
            default -> false;
        };
    }

    /** The program as it is without types: loading them takes CAP_BPF. */
    static ProgramSpec asLoaded(ProgramSpec program, Privilege privilege) {
        return privilege == Privilege.NONE
                ? program.withTypes(Btf.EMPTY, List.of(), List.of())
                        .withMaps(program.maps().stream()
                                .map(MapSpec::withoutTypes)
                                .toList())
                : program;
    }
}
