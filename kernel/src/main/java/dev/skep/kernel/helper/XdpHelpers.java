package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.fixedInOut;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.inOut;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** XDP frames, redirection and routing look-ups. */
final class XdpHelpers {
    private XdpHelpers() {}

    static void declare(HelperTable t) {
        t.helper(23, "bpf_redirect").args(any(), any()).since("4.4");
        t.helper(44, "bpf_xdp_adjust_head").args(ctx(), any()).movesPacket().since("4.10");
        t.helper(51, "bpf_redirect_map").args(mapPtr(), any(), any()).since("4.14");
        t.helper(54, "bpf_xdp_adjust_meta").args(ctx(), any()).movesPacket().since("4.15");
        t.helper(65, "bpf_xdp_adjust_tail").args(ctx(), any()).movesPacket().since("4.18");
        t.helper(69, "bpf_fib_lookup").args(ctx(), inOut(), size(), any()).gpl().since("4.18");
        t.helper(152, "bpf_redirect_neigh")
                .args(any(), orNull(in()), sizeOrZero(), any())
                .since("5.10");
        t.helper(155, "bpf_redirect_peer").args(any(), any()).since("5.10");
        t.helper(163, "bpf_check_mtu")
                .args(ctx(), any(), fixedInOut(4), any(), any())
                .gpl()
                .since("5.12");
        t.helper(188, "bpf_xdp_get_buff_len").args(ctx()).since("5.18");
        t.helper(189, "bpf_xdp_load_bytes").args(ctx(), any(), out(), size()).since("5.18");
        t.helper(190, "bpf_xdp_store_bytes").args(ctx(), any(), in(), size()).since("5.18");
    }
}
