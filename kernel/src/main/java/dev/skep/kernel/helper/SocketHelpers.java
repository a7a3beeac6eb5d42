package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.anySock;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.mapKey;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.released;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;
import static dev.skep.kernel.helper.Args.sockCommon;

/** Looking sockets up, casting them, asking them and setting their options. */
final class SocketHelpers {
    private SocketHelpers() {}

    static void declare(HelperTable t) {
        t.helper(46, "bpf_get_socket_cookie").args(ctx()).since("4.12");
        t.helper(47, "bpf_get_socket_uid").args(ctx()).since("4.12");
        t.helper(49, "bpf_setsockopt").args(ctx(), any(), any(), in(), size()).since("4.13");
        t.helper(57, "bpf_getsockopt").args(ctx(), any(), any(), out(), size()).since("4.15");
        t.helper(64, "bpf_bind").args(ctx(), in(), size()).since("4.17");
        t.helper(82, "bpf_sk_select_reuseport")
                .args(ctx(), mapPtr(), mapKey(), any())
                .since("4.19");
        t.helper(84, "bpf_sk_lookup_tcp")
                .args(ctx(), in(), sizeOrZero(), any(), any())
                .returns(ReturnType.SOCKET)
                .nullable()
                .pkt()
                .acquires()
                .since("4.20");
        t.helper(85, "bpf_sk_lookup_udp")
                .args(ctx(), in(), sizeOrZero(), any(), any())
                .returns(ReturnType.SOCKET)
                .nullable()
                .pkt()
                .acquires()
                .since("4.20");
        t.helper(86, "bpf_sk_release").args(released(anySock())).since("4.20");
        t.helper(95, "bpf_sk_fullsock")
                .args(sockCommon())
                .returns(ReturnType.SOCKET)
                .nullable()
                .casts()
                .since("5.1");
        t.helper(96, "bpf_tcp_sock")
                .args(sockCommon())
                .returns(ReturnType.TCP_SOCK)
                .nullable()
                .casts()
                .since("5.1");
        t.helper(98, "bpf_get_listener_sock")
                .args(sockCommon())
                .returns(ReturnType.SOCKET)
                .nullable()
                .since("5.1");
        t.helper(99, "bpf_skc_lookup_tcp")
                .args(ctx(), in(), sizeOrZero(), any(), any())
                .returns(ReturnType.SOCK_COMMON)
                .nullable()
                .pkt()
                .acquires()
                .since("5.2");
        t.helper(122, "bpf_get_netns_cookie").args(orNull(ctx())).since("5.7");
        t.helper(124, "bpf_sk_assign").args(ctx(), anySock(), any()).since("5.7");
        t.helper(128, "bpf_sk_cgroup_id").args(anySock()).since("5.8");
        t.helper(129, "bpf_sk_ancestor_cgroup_id").args(anySock(), any()).since("5.8");
        t.helper(136, "bpf_skc_to_tcp6_sock")
                .args(anySock())
                .returnsBtf("tcp6_sock")
                .nullable()
                .casts()
                .since("5.9");
        t.helper(137, "bpf_skc_to_tcp_sock")
                .args(anySock())
                .returnsBtf("tcp_sock")
                .nullable()
                .casts()
                .since("5.9");
        t.helper(138, "bpf_skc_to_tcp_timewait_sock")
                .args(anySock())
                .returnsBtf("tcp_timewait_sock")
                .nullable()
                .casts()
                .since("5.9");
        t.helper(139, "bpf_skc_to_tcp_request_sock")
                .args(anySock())
                .returnsBtf("tcp_request_sock")
                .nullable()
                .casts()
                .since("5.9");
        t.helper(140, "bpf_skc_to_udp6_sock")
                .args(anySock())
                .returnsBtf("udp6_sock")
                .nullable()
                .casts()
                .since("5.9");
        t.helper(178, "bpf_skc_to_unix_sock")
                .args(anySock())
                .returnsBtf("unix_sock")
                .nullable()
                .since("5.16");
        t.helper(196, "bpf_skc_to_mptcp_sock")
                .args(sockCommon())
                .returnsBtf("mptcp_sock")
                .nullable()
                .casts()
                .since("5.19");
    }
}
