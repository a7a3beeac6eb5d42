package dev.skep.kernel.context;

import dev.skep.object.uapi.AttachType;

/** {@code struct bpf_sock_addr}: the address fields that belong to the hook's family. */
final class SockAddrContext {
    private static final FieldTable UNIX = FieldTable.of("bpf_sock_addr", 72, """
          0 user_family word
         24 user_port parts/word
         28 family word
         32 type word
         36 protocol word
         64 sk long sock
        """);
    private static final FieldTable INET4 = UNIX.and("4 user_ip4 parts/word");
    private static final FieldTable INET6 = UNIX.and("8 user_ip6[4] pairs/words");
    private static final FieldTable SENDMSG4 = INET4.and("40 msg_src_ip4 parts/word");
    private static final FieldTable SENDMSG6 = INET6.and("44 msg_src_ip6[4] pairs/words");

    private SockAddrContext() {}

    static ContextLayout of(AttachType attach) {
        return switch (attach) {
            case CGROUP_INET4_BIND,
                    CGROUP_INET4_CONNECT,
                    CGROUP_UDP4_RECVMSG,
                    CGROUP_INET4_GETPEERNAME,
                    CGROUP_INET4_GETSOCKNAME -> INET4;
            case CGROUP_INET6_BIND,
                    CGROUP_INET6_CONNECT,
                    CGROUP_UDP6_RECVMSG,
                    CGROUP_INET6_GETPEERNAME,
                    CGROUP_INET6_GETSOCKNAME -> INET6;
            case CGROUP_UDP4_SENDMSG -> SENDMSG4;
            case CGROUP_UDP6_SENDMSG -> SENDMSG6;
            case null, default -> UNIX;
        };
    }
}
