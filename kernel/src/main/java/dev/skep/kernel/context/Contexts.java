package dev.skep.kernel.context;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The layout of every program type's context. Look-ups are array loads. */
public final class Contexts {
    private static final AttachType[] ATTACH_TYPES = AttachType.values();

    /** By program type, filled when first asked for. */
    private static final AtomicReferenceArray<ContextLayout[]> ROWS =
            new AtomicReferenceArray<>(ProgramType.values().length);

    private Contexts() {}

    /** Null for types whose context is described by BTF. A null attach type counts as number 0. */
    public static ContextLayout of(ProgramType type, AttachType attach) {
        ContextLayout[] row = ROWS.getAcquire(type.ordinal());
        return (row == null ? fill(type) : row)[attach == null ? 0 : attach.ordinal()];
    }

    private static ContextLayout[] fill(ProgramType type) {
        ContextLayout[] row = new ContextLayout[ATTACH_TYPES.length];
        for (AttachType attach : ATTACH_TYPES) {
            row[attach.ordinal()] = find(type, attach);
        }
        ROWS.setRelease(type.ordinal(), row);
        return row;
    }

    private static ContextLayout find(ProgramType type, AttachType attach) {
        return switch (type) {
            case SOCKET_FILTER,
                    SCHED_CLS,
                    SCHED_ACT,
                    CGROUP_SKB,
                    LWT_IN,
                    LWT_OUT,
                    LWT_XMIT,
                    LWT_SEG6LOCAL,
                    SK_SKB,
                    FLOW_DISSECTOR -> SkBuffContext.of(type);
            case XDP -> XdpContext.of(attach);
            case CGROUP_SOCK -> SockContext.of(attach);
            case CGROUP_SOCK_ADDR -> SockAddrContext.of(attach);
            case CGROUP_DEVICE -> CgroupContexts.DEVICE;
            case CGROUP_SYSCTL -> CgroupContexts.SYSCTL;
            case CGROUP_SOCKOPT -> CgroupContexts.sockopt(attach);
            case SOCK_OPS -> SockOpsContext.LAYOUT;
            case SK_MSG -> SocketContexts.SK_MSG;
            case SK_REUSEPORT -> SocketContexts.SK_REUSEPORT;
            case SK_LOOKUP -> SocketContexts.SK_LOOKUP;
            case NETFILTER -> SocketContexts.NETFILTER;
            case KPROBE -> TraceContexts.REGISTERS;
            case PERF_EVENT -> TraceContexts.PERF_EVENT;
            case RAW_TRACEPOINT -> TraceContexts.RAW_ARGUMENTS;
            case RAW_TRACEPOINT_WRITABLE -> TraceContexts.WRITABLE_ARGUMENTS;
            case TRACEPOINT -> TraceContexts.TRACEPOINT;
            case SYSCALL -> TraceContexts.SYSCALL;
            case LIRC_MODE2 -> TraceContexts.REMOTE_CONTROL;
            case TRACING, STRUCT_OPS, EXT, LSM, UNSPEC -> null;
        };
    }
}
