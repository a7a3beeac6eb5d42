package dev.skep.kernel.context;

/** Contexts of programs that steer sockets and their messages. */
final class SocketContexts {
    static final FieldTable SK_MSG = FieldTable.of("sk_msg_md", 80, """
          0 data long packet
          8 data_end long end
         16 family word
         20 remote_ip4 word
         24 local_ip4 word
         28 remote_ip6[4] word
         44 local_ip6[4] word
         60 remote_port word
         64 local_port word
         68 size word
         72 sk long sock
        """);

    static final FieldTable SK_REUSEPORT = FieldTable.of("sk_reuseport_md", 56, """
          0 data long packet
          8 data_end long end
         16 len parts
         20 eth_protocol halves
         24 ip_protocol parts
         28 bind_inany parts
         32 hash word
         40 sk long sock
         48 migrating_sk long common?
        """);

    /** The bytes after the port are padding that reads as zero. */
    static final FieldTable SK_LOOKUP = FieldTable.of("bpf_sk_lookup", 72, """
          0 sk long sock?
          8 family parts
         12 protocol parts
         16 remote_ip4 parts
         20 remote_ip6[4] parts
         36 remote_port parts
         40 local_ip4 parts
         44 local_ip6[4] parts
         60 local_port parts
         64 ingress_ifindex parts
        """);

    static final FieldTable NETFILTER = FieldTable.of("bpf_nf_ctx", 16, """
          0 state long trusted:nf_hook_state
          8 skb long trusted:sk_buff
        """);

    private SocketContexts() {}
}
