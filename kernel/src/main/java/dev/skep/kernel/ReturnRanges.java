package dev.skep.kernel;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import java.util.Set;

/** What R0 may be at exit, by program type, attach type and, for hooks, by the hook's own prototype. */
final class ReturnRanges {
    private static final long LOWEST_ERRNO = -4095;
    private static final Set<String> BOOLEAN_HOOKS = Set.of("bpf_lsm_audit_rule_known", "bpf_lsm_inode_xattr_skipcap");

    private ReturnRanges() {}

    /** {min, max}, or null when any value will do. */
    static long[] of(ProgramSpec program, Btf btf) {
        AttachType attach = program.attachType();
        return switch (program.type()) {
            case CGROUP_SKB -> range(0, attach == AttachType.CGROUP_INET_EGRESS ? 3 : 1);
            case CGROUP_SOCK, SOCK_OPS, CGROUP_DEVICE, CGROUP_SYSCTL, CGROUP_SOCKOPT, SK_LOOKUP, NETFILTER ->
                range(0, 1);
            case CGROUP_SOCK_ADDR ->
                switch (attach) {
                    case CGROUP_INET4_BIND, CGROUP_INET6_BIND -> range(0, 3);
                    case CGROUP_UDP4_RECVMSG,
                            CGROUP_UDP6_RECVMSG,
                            CGROUP_UNIX_RECVMSG,
                            CGROUP_INET4_GETPEERNAME,
                            CGROUP_INET6_GETPEERNAME,
                            CGROUP_UNIX_GETPEERNAME,
                            CGROUP_INET4_GETSOCKNAME,
                            CGROUP_INET6_GETSOCKNAME,
                            CGROUP_UNIX_GETSOCKNAME -> range(1, 1);
                    case null, default -> range(0, 1);
                };
            case KPROBE ->
                attach == AttachType.TRACE_KPROBE_SESSION || attach == AttachType.TRACE_UPROBE_SESSION
                        ? range(0, 1)
                        : null;
            case TRACING ->
                switch (attach) {
                    case TRACE_ITER -> range(0, 1);
                    case TRACE_FENTRY, TRACE_FEXIT -> range(0, 0);
                    case null, default -> null;
                };
            case LSM -> hookRange(program, btf);
            default -> null;
        };
    }

    private static long[] hookRange(ProgramSpec program, Btf btf) {
        boolean nothing = returnsNothing(program, btf);
        if (program.attachType() == AttachType.LSM_CGROUP) {
            return nothing ? range(1, 1) : range(0, 1);
        }
        if (nothing) {
            return null;
        }
        boolean bool =
                btf.type(program.attachBtfId()) instanceof BtfType.Function f && BOOLEAN_HOOKS.contains(f.name());
        return bool ? range(0, 1) : range(LOWEST_ERRNO, 0);
    }

    /** True when the hook or struct_ops member that the program stands for returns void. */
    static boolean returnsNothing(ProgramSpec program, Btf btf) {
        return prototype(program, btf) instanceof BtfType.FunctionProto p && p.returnType() == 0;
    }

    private static BtfType prototype(ProgramSpec program, Btf btf) {
        return switch (program.type()) {
            case LSM -> btf.type(program.attachBtfId()) instanceof BtfType.Function f ? btf.type(f.type()) : null;
            case STRUCT_OPS -> {
                int member = program.attachMember();
                if (btf.type(program.attachBtfId()) instanceof BtfType.Struct s
                        && member >= 0
                        && member < s.members().size()
                        && btf.resolved(s.members().get(member).type()) instanceof BtfType.Pointer p) {
                    yield btf.resolved(p.type());
                }
                yield null;
            }
            default -> null;
        };
    }

    private static long[] range(long min, long max) {
        return new long[] {min, max};
    }
}
