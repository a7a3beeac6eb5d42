package dev.skep.kernel.kfunc;

import dev.skep.object.uapi.ProgramType;

/** Groups of program types that kernel functions are registered for. */
enum KfuncHook {
    /** Every program type. */
    EVERYONE,
    TC,
    ACT,
    XDP,
    CGROUP,
    TRACING,
    STRUCT_OPS,
    SYSCALL,
    KPROBE,
    LWT,
    SOCKET_FILTER,
    SK_SKB,
    NETFILTER,
    /** Program types that only have what everyone has. */
    NONE;

    /** Where functions on objects, tasks and cgroups are found. */
    static final KfuncHook[] GENERAL = {TC, XDP, CGROUP, TRACING, STRUCT_OPS, SYSCALL};

    private static final KfuncHook[] BY_TYPE = new KfuncHook[ProgramType.values().length];

    static {
        for (ProgramType type : ProgramType.values()) {
            BY_TYPE[type.ordinal()] = find(type);
        }
    }

    static KfuncHook of(ProgramType type) {
        return BY_TYPE[type.ordinal()];
    }

    private static KfuncHook find(ProgramType type) {
        return switch (type) {
            case SCHED_CLS -> TC;
            case SCHED_ACT -> ACT;
            case XDP -> XDP;
            case CGROUP_SKB, CGROUP_SOCK, CGROUP_DEVICE, CGROUP_SOCK_ADDR, CGROUP_SOCKOPT, CGROUP_SYSCTL, SOCK_OPS ->
                CGROUP;
            case TRACING, TRACEPOINT, PERF_EVENT, LSM -> TRACING;
            case STRUCT_OPS -> STRUCT_OPS;
            case SYSCALL -> SYSCALL;
            case KPROBE -> KPROBE;
            case LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL -> LWT;
            case SOCKET_FILTER -> SOCKET_FILTER;
            case SK_SKB -> SK_SKB;
            case NETFILTER -> NETFILTER;
            default -> NONE;
        };
    }

    int bit() {
        return 1 << ordinal();
    }
}
