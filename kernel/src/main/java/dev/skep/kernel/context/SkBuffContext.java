package dev.skep.kernel.context;

import dev.skep.object.uapi.ProgramType;

/** {@code struct __sk_buff}: what each networking type may read and write of a socket buffer. */
final class SkBuffContext {
    private static final String ADDRESSES = """
         88 family parts
         92 remote_ip4 word
         96 local_ip4 word
        100 remote_ip6[4] word
        116 local_ip6[4] word
        132 remote_port parts
        136 local_port parts
        """;

    private static final FieldTable CLASSIFIER = FieldTable.of("__sk_buff", 192, """
          0 len parts
          4 pkt_type parts
          8 mark parts/word
         12 queue_mapping parts/word
         16 protocol parts
         20 vlan_present parts
         24 vlan_tci parts
         28 vlan_proto parts
         32 priority parts/word
         36 ingress_ifindex parts
         40 ifindex parts
         44 tc_index parts/word
         48 cb[5] pairs/pairs
         68 hash parts
         72 tc_classid parts/word
         76 data word packet
         80 data_end word end
         84 napi_id parts
        140 data_meta word meta
        152 tstamp long/long
        160 wire_len parts
        164 gso_segs parts
        168 sk long common?
        176 gso_size parts
        180 tstamp_type byte
        184 hwtstamp long
        """);

    private static final FieldTable TUNNEL = CLASSIFIER
            .without("tc_classid", "data_meta", "tstamp", "wire_len", "tstamp_type", "hwtstamp")
            .readOnly("queue_mapping", "tc_index");

    private static final FieldTable FILTER =
            TUNNEL.without("data", "data_end").readOnly("mark", "queue_mapping", "priority", "tc_index");

    private static final FieldTable CGROUP = CLASSIFIER
            .without("tc_classid", "data_meta", "wire_len", "tstamp_type")
            .readOnly("queue_mapping", "tc_index")
            .and(ADDRESSES);

    private static final FieldTable STREAM = CLASSIFIER
            .without("mark", "tc_classid", "data_meta", "tstamp", "wire_len", "tstamp_type", "hwtstamp")
            .readOnly("queue_mapping", "cb")
            .and(ADDRESSES);

    private static final FieldTable DISSECTOR = FieldTable.of("__sk_buff", 192, """
         76 data word packet
         80 data_end word end
        144 flow_keys long keys
        """);

    private SkBuffContext() {}

    static ContextLayout of(ProgramType type) {
        return switch (type) {
            case SCHED_CLS, SCHED_ACT -> CLASSIFIER;
            case LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL -> TUNNEL;
            case SOCKET_FILTER -> FILTER;
            case CGROUP_SKB -> CGROUP;
            case SK_SKB -> STREAM;
            case FLOW_DISSECTOR -> DISSECTOR;
            default -> null;
        };
    }
}
