package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.anySock;
import static dev.skep.kernel.helper.Args.btf;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.fixedIn;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.inOut;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** SYN cookies, TCP header options, congestion control. */
final class TcpHelpers {
    private TcpHelpers() {}

    static void declare(HelperTable t) {
        t.helper(59, "bpf_sock_ops_cb_flags_set").args(ctx(), any()).since("4.16");
        t.helper(100, "bpf_tcp_check_syncookie")
                .args(anySock(), in(), size(), in(), size())
                .pkt()
                .gpl()
                .since("5.2");
        t.helper(110, "bpf_tcp_gen_syncookie")
                .args(anySock(), in(), size(), in(), size())
                .pkt()
                .gpl()
                .since("5.3");
        t.helper(116, "bpf_tcp_send_ack").args(btf("tcp_sock"), any()).since("5.6");
        t.helper(142, "bpf_load_hdr_opt").args(ctx(), inOut(), size(), any()).since("5.10");
        t.helper(143, "bpf_store_hdr_opt")
                .args(ctx(), in(), size(), any())
                .movesPacket()
                .since("5.10");
        t.helper(144, "bpf_reserve_hdr_opt").args(ctx(), any(), any()).since("5.10");
        t.helper(204, "bpf_tcp_raw_gen_syncookie_ipv4")
                .args(fixedIn(20), in(), sizeOrZero())
                .pkt()
                .gpl()
                .since("6.0");
        t.helper(205, "bpf_tcp_raw_gen_syncookie_ipv6")
                .args(fixedIn(40), in(), sizeOrZero())
                .pkt()
                .gpl()
                .since("6.0");
        t.helper(206, "bpf_tcp_raw_check_syncookie_ipv4")
                .args(fixedIn(20), fixedIn(20))
                .pkt()
                .gpl()
                .since("6.0");
        t.helper(207, "bpf_tcp_raw_check_syncookie_ipv6")
                .args(fixedIn(40), fixedIn(20))
                .pkt()
                .gpl()
                .since("6.0");
    }
}
