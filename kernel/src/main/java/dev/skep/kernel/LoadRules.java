package dev.skep.kernel;

import static dev.skep.object.uapi.AttachType.*;

import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import java.util.EnumSet;
import java.util.Set;

/**
 * What Linux asks of a program's type, attach type, flags and target before its verifier begins. Linux answers EINVAL
 * and says nothing; the sentences are Skep's own.
 *
 * <p><em>Source</em>: each pair of types was tried on Linux 6.18.
 */
final class LoadRules {
    private static final int KNOWN_FLAGS = 0xff;
    private static final int LARGEST_BTF_ID = 0xfffff;
    private static final Set<AttachType> SOCK = EnumSet.of(
            CGROUP_INET_INGRESS,
            CGROUP_INET_SOCK_CREATE,
            CGROUP_INET_SOCK_RELEASE,
            CGROUP_INET4_POST_BIND,
            CGROUP_INET6_POST_BIND);
    private static final Set<AttachType> SOCK_ADDR = EnumSet.of(
            CGROUP_INET4_BIND,
            CGROUP_INET6_BIND,
            CGROUP_INET4_CONNECT,
            CGROUP_INET6_CONNECT,
            CGROUP_UDP4_SENDMSG,
            CGROUP_UDP6_SENDMSG,
            CGROUP_UDP4_RECVMSG,
            CGROUP_UDP6_RECVMSG,
            CGROUP_INET4_GETPEERNAME,
            CGROUP_INET6_GETPEERNAME,
            CGROUP_INET4_GETSOCKNAME,
            CGROUP_INET6_GETSOCKNAME,
            CGROUP_UNIX_CONNECT,
            CGROUP_UNIX_SENDMSG,
            CGROUP_UNIX_RECVMSG,
            CGROUP_UNIX_GETPEERNAME,
            CGROUP_UNIX_GETSOCKNAME);

    private LoadRules() {}

    /** Null when there is no problem. */
    static String problem(ProgramSpec program) {
        if ((program.flags() & ~KNOWN_FLAGS) != 0) {
            return "unknown program flags: 0x" + Integer.toHexString(program.flags() & ~KNOWN_FLAGS);
        }
        int target = program.attachBtfId();
        if (target != 0) {
            boolean takesTarget = switch (program.type()) {
                case TRACING, LSM, STRUCT_OPS, EXT -> true;
                default -> false;
            };
            if (!takesTarget || target < 0 || target > LARGEST_BTF_ID) {
                return "program type " + program.type() + " cannot attach to BTF id "
                        + Integer.toUnsignedString(target);
            }
        }
        return fits(program)
                ? null
                : "program type " + program.type() + " cannot have attach type "
                        + (program.attachType() == null ? "0" : program.attachType());
    }

    private static boolean fits(ProgramSpec program) {
        // a program without attach type is loaded with 0, which is a type, too
        AttachType attach = program.attachType() == null ? CGROUP_INET_INGRESS : program.attachType();
        return switch (program.type()) {
            case UNSPEC -> false;
            case CGROUP_SKB -> attach == CGROUP_INET_INGRESS || attach == CGROUP_INET_EGRESS;
            case CGROUP_SOCK -> SOCK.contains(attach);
            case CGROUP_SOCK_ADDR -> SOCK_ADDR.contains(attach);
            case CGROUP_SOCKOPT -> attach == CGROUP_GETSOCKOPT || attach == CGROUP_SETSOCKOPT;
            case SK_REUSEPORT ->
                attach == CGROUP_INET_INGRESS
                        || attach == SK_REUSEPORT_SELECT
                        || attach == SK_REUSEPORT_SELECT_OR_MIGRATE;
            case SK_LOOKUP -> attach == AttachType.SK_LOOKUP;
            case NETFILTER -> attach == AttachType.NETFILTER;
            case SYSCALL, EXT -> attach == CGROUP_INET_INGRESS;
            default -> true;
        };
    }
}
