package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.anySock;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.mapValue;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.socket;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;

/** Helpers that have another prototype in some program types. A variant keeps its helper's number and name. */
final class HelperVariants {
    private static final HelperTable.Line CLASSID_OF_TASK =
            new HelperTable.Line(17, "bpf_get_cgroup_classid").args().since("5.10");
    private static final HelperTable.Line COOKIE_OF_POINTER = new HelperTable.Line(46, "bpf_get_socket_cookie")
            .args(orNull(anySock()))
            .since("5.12");
    private static final HelperTable.Line SETSOCKOPT_ON_POINTER = new HelperTable.Line(49, "bpf_setsockopt")
            .args(anySock(), any(), any(), in(), size())
            .since("5.13");
    private static final HelperTable.Line GETSOCKOPT_ON_POINTER = new HelperTable.Line(57, "bpf_getsockopt")
            .args(anySock(), any(), any(), out(), size())
            .since("5.13");
    private static final HelperTable.Line STACKID_OF_EVENT = new HelperTable.Line(27, "bpf_get_stackid")
            .args(ctx(), mapPtr(), any())
            .since("4.9");
    private static final HelperTable.Line STORAGE_OF_CTX = new HelperTable.Line(107, "bpf_sk_storage_get")
            .args(mapPtr(), ctx(), orNull(mapValue()), any())
            .returns(ReturnType.MAP_VALUE)
            .nullable()
            .since("5.8");
    private static final HelperTable.Line STORAGE_OF_STRUCT = new HelperTable.Line(107, "bpf_sk_storage_get")
            .args(mapPtr(), orNull(btf("sock_common")), orNull(mapValue()), any())
            .returns(ReturnType.MAP_VALUE)
            .nullable()
            .since("5.11");
    private static final HelperTable.Line STORAGE_DELETE_OF_STRUCT = new HelperTable.Line(108, "bpf_sk_storage_delete")
            .args(mapPtr(), orNull(btf("sock_common")))
            .since("5.11");
    private static final HelperTable.Line ASSIGN_FULL_SOCKET = new HelperTable.Line(124, "bpf_sk_assign")
            .args(ctx(), orNull(socket()), any())
            .since("5.9");
    private static final HelperTable.Line IP_OF_MULTI_LINK =
            new HelperTable.Line(173, "bpf_get_func_ip").args(ctx()).since("5.18");
    private static final HelperTable.Line LENGTH_OF_STRUCT = new HelperTable.Line(188, "bpf_xdp_get_buff_len")
            .args(btf("xdp_buff"))
            .since("5.18");

    private HelperVariants() {}

    /** Numbers of the helpers that have variants. */
    static final int[] IDS = {8, 17, 27, 46, 49, 57, 107, 108, 124, 173, 188};

    /** The prototype that programs of this type see, or null when it is the usual one. */
    static HelperProto of(HelperProto usual, ProgramType type, AttachType attach) {
        HelperTable.Line line = switch (usual.id()) {
            case 17 ->
                switch (type) {
                    case SCHED_CLS, SCHED_ACT, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL -> null;
                    default -> CLASSID_OF_TASK;
                };
            case 27 -> type == ProgramType.PERF_EVENT ? STACKID_OF_EVENT : null;
            case 46 -> seesStructs(type) || type == ProgramType.SK_REUSEPORT ? COOKIE_OF_POINTER : null;
            case 49 -> seesStructs(type) || type == ProgramType.CGROUP_SOCKOPT ? SETSOCKOPT_ON_POINTER : null;
            case 57 -> seesStructs(type) || type == ProgramType.CGROUP_SOCKOPT ? GETSOCKOPT_ON_POINTER : null;
            case 107 ->
                switch (type) {
                    case CGROUP_SOCK -> STORAGE_OF_CTX;
                    case TRACING -> STORAGE_OF_STRUCT;
                    default -> null;
                };
            case 108 -> type == ProgramType.TRACING ? STORAGE_DELETE_OF_STRUCT : null;
            case 124 -> type == ProgramType.SK_LOOKUP ? ASSIGN_FULL_SOCKET : null;
            case 173 -> type == ProgramType.KPROBE && isMulti(attach) ? IP_OF_MULTI_LINK : null;
            case 188 -> seesStructs(type) ? LENGTH_OF_STRUCT : null;
            default -> null;
        };
        if (usual.id() == 8 && !knowsCpuFast(type)) {
            return new HelperProto(
                    8,
                    usual.name(),
                    usual.args(),
                    usual.returns(),
                    false,
                    "",
                    0,
                    usual.returnRange(),
                    usual.flags() & ~HelperProto.FASTCALL,
                    usual.since());
        }
        return line == null ? null : line.proto();
    }

    /** Types that meet kernel structs through BTF pointers instead of a UAPI context. */
    private static boolean seesStructs(ProgramType type) {
        return switch (type) {
            case TRACING, LSM, STRUCT_OPS, SYSCALL -> true;
            default -> false;
        };
    }

    static boolean isMulti(AttachType attach) {
        return switch (attach) {
            case TRACE_KPROBE_MULTI, TRACE_UPROBE_MULTI, TRACE_KPROBE_SESSION, TRACE_UPROBE_SESSION -> true;
            case null, default -> false;
        };
    }

    /** Types whose bpf_get_smp_processor_id keeps R1 to R5. */
    private static boolean knowsCpuFast(ProgramType type) {
        return switch (type) {
            case KPROBE,
                    TRACEPOINT,
                    PERF_EVENT,
                    RAW_TRACEPOINT,
                    RAW_TRACEPOINT_WRITABLE,
                    TRACING,
                    LSM,
                    SYSCALL,
                    SCHED_CLS,
                    SCHED_ACT,
                    XDP -> true;
            default -> false;
        };
    }
}
