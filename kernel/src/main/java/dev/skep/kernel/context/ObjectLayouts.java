package dev.skep.kernel.context;

/**
 * Layouts of what the verifier's own pointer kinds point to: sockets and flow keys. They follow the rules of
 * contexts: fields, parts, and
 * everything else refused.
 *
 * <p><em>Source</em>: measured on Linux 6.18.
 */
public final class ObjectLayouts {
    private static final FieldTable SOCK = FieldTable.of("bpf_sock", 80, """
          0 bound_dev_if word
          4 family start
          8 type start
         12 protocol start
         16 mark word
         20 priority word
         24 src_ip4 parts
         28 src_ip6[4] parts
         44 src_port start
         48 dst_port port
         52 dst_ip4 parts
         56 dst_ip6[4] parts
         72 state start
         76 rx_queue_mapping start
        """);

    /** {@code sock}: a full socket. */
    public static final ContextLayout SOCKET = SOCK;

    /** {@code sock_common}: the part that all sockets have. */
    public static final ContextLayout SOCK_COMMON = SOCK.without("type", "protocol", "mark", "priority");

    /** {@code tcp_sock}. */
    public static final ContextLayout TCP_SOCK = FieldTable.of("bpf_tcp_sock", 112, """
          0 snd_cwnd word
          4 srtt_us word
          8 rtt_min word
         12 snd_ssthresh word
         16 rcv_nxt word
         20 snd_nxt word
         24 snd_una word
         28 mss_cache word
         32 ecn_flags word
         36 rate_delivered word
         40 rate_interval_us word
         44 packets_out word
         48 retrans_out word
         52 total_retrans word
         56 segs_in word
         60 data_segs_in word
         64 segs_out word
         68 data_segs_out word
         72 lost_out word
         76 sacked_out word
         80 bytes_received long
         88 bytes_acked long
         96 dsack_dups word
        100 delivered word
        104 delivered_ce word
        108 icsk_retransmits word
        """);

    /** {@code xdp_sock}. */
    public static final ContextLayout XDP_SOCK = FieldTable.of("bpf_xdp_sock", 4, "0 queue_id word");

    /** {@code flow_keys}: plain memory, at any alignment, read and written. */
    public static final ContextLayout FLOW_KEYS = new ContextLayout() {
        private static final int SIZE = 56;
        private final ContextAccess scalar =
                new ContextAccess(ContextAccess.Kind.SCALAR, "", false, false, "flow_keys");

        @Override
        public String structName() {
            return "bpf_flow_keys";
        }

        @Override
        public int size() {
            return SIZE;
        }

        @Override
        public ContextAccess access(int offset, int bytes, boolean write) {
            return offset >= 0 && offset + bytes <= SIZE ? scalar : null;
        }
    };

    private ObjectLayouts() {}
}
