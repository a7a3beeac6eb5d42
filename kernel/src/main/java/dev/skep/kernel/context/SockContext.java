package dev.skep.kernel.context;

import dev.skep.object.uapi.AttachType;

/** {@code struct bpf_sock} as the context of cgroup socket programs. */
final class SockContext {
    private static final FieldTable CREATE = FieldTable.of("bpf_sock", 80, """
          0 bound_dev_if word/word
          4 family start
          8 type start
         12 protocol start
         16 mark word/word
         20 priority word/word
         48 dst_port port
         52 dst_ip4 parts
         56 dst_ip6[4] parts
         72 state start
         76 rx_queue_mapping start
        """);
    private static final FieldTable BOUND =
            CREATE.without("bound_dev_if", "mark", "priority").and("44 src_port start");
    private static final FieldTable BOUND4 = BOUND.and("24 src_ip4 parts");
    private static final FieldTable BOUND6 = BOUND.and("28 src_ip6[4] parts");

    private SockContext() {}

    static ContextLayout of(AttachType attach) {
        return switch (attach) {
            case CGROUP_INET4_POST_BIND -> BOUND4;
            case CGROUP_INET6_POST_BIND -> BOUND6;
            case null, default -> CREATE;
        };
    }
}
