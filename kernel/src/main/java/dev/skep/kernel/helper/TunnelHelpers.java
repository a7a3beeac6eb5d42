package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;

/** Tunnel keys and lightweight tunnels. */
final class TunnelHelpers {
    private TunnelHelpers() {}

    static void declare(HelperTable t) {
        t.helper(20, "bpf_skb_get_tunnel_key").args(ctx(), out(), size(), any()).since("4.3");
        t.helper(21, "bpf_skb_set_tunnel_key").args(ctx(), in(), size(), any()).since("4.3");
        t.helper(29, "bpf_skb_get_tunnel_opt").args(ctx(), out(), size()).since("4.6");
        t.helper(30, "bpf_skb_set_tunnel_opt").args(ctx(), in(), size()).since("4.6");
        t.helper(73, "bpf_lwt_push_encap")
                .args(ctx(), any(), in(), size())
                .movesPacket()
                .since("4.18");
        t.helper(74, "bpf_lwt_seg6_store_bytes")
                .args(ctx(), any(), in(), size())
                .movesPacket()
                .since("4.18");
        t.helper(75, "bpf_lwt_seg6_adjust_srh")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.18");
        t.helper(76, "bpf_lwt_seg6_action")
                .args(ctx(), any(), in(), size())
                .movesPacket()
                .since("4.18");
    }
}
