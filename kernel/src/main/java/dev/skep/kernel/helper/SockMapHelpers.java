package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.mapKey;
import static dev.skep.kernel.helper.Args.mapPtr;

/** Socket maps and messages: redirection and message bytes. */
final class SockMapHelpers {
    private SockMapHelpers() {}

    static void declare(HelperTable t) {
        t.helper(52, "bpf_sk_redirect_map").args(ctx(), mapPtr(), any(), any()).since("4.14");
        t.helper(53, "bpf_sock_map_update")
                .args(ctx(), mapPtr(), mapKey(), any())
                .since("4.14");
        t.helper(60, "bpf_msg_redirect_map").args(ctx(), mapPtr(), any(), any()).since("4.17");
        t.helper(61, "bpf_msg_apply_bytes").args(ctx(), any()).since("4.17");
        t.helper(62, "bpf_msg_cork_bytes").args(ctx(), any()).since("4.17");
        t.helper(63, "bpf_msg_pull_data")
                .args(ctx(), any(), any(), any())
                .movesPacket()
                .since("4.17");
        t.helper(70, "bpf_sock_hash_update")
                .args(ctx(), mapPtr(), mapKey(), any())
                .since("4.18");
        t.helper(71, "bpf_msg_redirect_hash")
                .args(ctx(), mapPtr(), mapKey(), any())
                .since("4.18");
        t.helper(72, "bpf_sk_redirect_hash")
                .args(ctx(), mapPtr(), mapKey(), any())
                .since("4.18");
        t.helper(90, "bpf_msg_push_data")
                .args(ctx(), any(), any(), any())
                .movesPacket()
                .since("4.20");
        t.helper(91, "bpf_msg_pop_data")
                .args(ctx(), any(), any(), any())
                .movesPacket()
                .since("5.0");
    }
}
