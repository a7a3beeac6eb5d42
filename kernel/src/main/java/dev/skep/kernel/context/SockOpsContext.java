package dev.skep.kernel.context;

/** {@code struct bpf_sock_ops}. */
final class SockOpsContext {
    static final FieldTable LAYOUT = FieldTable.of("bpf_sock_ops", 224, """
          0 op word
          4 args[1] word/word
          8 args[1] word
         12 args[2] word
         16 args[3] word
         20 family word
         24 remote_ip4 word
         28 local_ip4 word
         32 remote_ip6[4] word
         48 local_ip6[4] word
         64 remote_port word
         68 local_port word
         72 is_fullsock word
         76 snd_cwnd word
         80 srtt_us word
         84 bpf_sock_ops_cb_flags word
         88 state word
         92 rtt_min word
         96 snd_ssthresh word
        100 rcv_nxt word
        104 snd_nxt word
        108 snd_una word
        112 mss_cache word
        116 ecn_flags word
        120 rate_delivered word
        124 rate_interval_us word
        128 packets_out word
        132 retrans_out word
        136 total_retrans word
        140 segs_in word
        144 data_segs_in word
        148 segs_out word
        152 data_segs_out word
        156 lost_out word
        160 sacked_out word
        164 sk_txhash word/word
        168 bytes_received long
        176 bytes_acked long
        184 sk long sock?
        192 skb_data long packet
        200 skb_data_end long end
        208 skb_len word
        212 skb_tcp_flags start
        216 skb_hwtstamp long
        """);

    private SockOpsContext() {}
}
