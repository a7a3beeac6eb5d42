package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.ctx;
import static dev.skep.kernel.helper.Args.in;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.orNull;
import static dev.skep.kernel.helper.Args.out;
import static dev.skep.kernel.helper.Args.size;
import static dev.skep.kernel.helper.Args.sizeOrZero;

/** Reading and changing a socket buffer: bytes, checksums, metadata. */
final class SkbHelpers {
    private SkbHelpers() {}

    static void declare(HelperTable t) {
        t.helper(9, "bpf_skb_store_bytes")
                .args(ctx(), any(), in(), size(), any())
                .movesPacket()
                .since("4.1");
        t.helper(10, "bpf_l3_csum_replace")
                .args(ctx(), any(), any(), any(), any())
                .movesPacket()
                .since("4.1");
        t.helper(11, "bpf_l4_csum_replace")
                .args(ctx(), any(), any(), any(), any())
                .movesPacket()
                .since("4.1");
        t.helper(13, "bpf_clone_redirect")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.2");
        t.helper(17, "bpf_get_cgroup_classid").args(ctx()).since("4.3");
        t.helper(18, "bpf_skb_vlan_push")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.3");
        t.helper(19, "bpf_skb_vlan_pop").args(ctx()).movesPacket().since("4.3");
        t.helper(24, "bpf_get_route_realm").args(ctx()).since("4.4");
        t.helper(26, "bpf_skb_load_bytes").args(ctx(), any(), out(), size()).since("4.5");
        t.helper(28, "bpf_csum_diff")
                .args(orNull(in()), sizeOrZero(), orNull(in()), sizeOrZero(), any())
                .pkt()
                .since("4.6");
        t.helper(31, "bpf_skb_change_proto")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.8");
        t.helper(32, "bpf_skb_change_type").args(ctx(), any()).since("4.8");
        t.helper(33, "bpf_skb_under_cgroup").args(ctx(), mapPtr(), any()).since("4.8");
        t.helper(34, "bpf_get_hash_recalc").args(ctx()).since("4.8");
        t.helper(38, "bpf_skb_change_tail")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.9");
        t.helper(39, "bpf_skb_pull_data").args(ctx(), any()).movesPacket().since("4.9");
        t.helper(40, "bpf_csum_update").args(ctx(), any()).since("4.9");
        t.helper(41, "bpf_set_hash_invalid").args(ctx()).since("4.9");
        t.helper(43, "bpf_skb_change_head")
                .args(ctx(), any(), any())
                .movesPacket()
                .since("4.10");
        t.helper(48, "bpf_set_hash").args(ctx(), any()).since("4.13");
        t.helper(50, "bpf_skb_adjust_room")
                .args(ctx(), any(), any(), any())
                .movesPacket()
                .since("4.13");
        t.helper(66, "bpf_skb_get_xfrm_state")
                .args(ctx(), any(), out(), size(), any())
                .since("4.18");
        t.helper(68, "bpf_skb_load_bytes_relative")
                .args(ctx(), any(), out(), size(), any())
                .since("4.18");
        t.helper(79, "bpf_skb_cgroup_id").args(ctx()).since("4.18");
        t.helper(83, "bpf_skb_ancestor_cgroup_id").args(ctx(), any()).since("4.19");
        t.helper(97, "bpf_skb_ecn_set_ce").args(ctx()).since("5.1");
        t.helper(135, "bpf_csum_level").args(ctx(), any()).since("5.8");
        t.helper(151, "bpf_skb_cgroup_classid").args(ctx()).since("5.10");
        t.helper(192, "bpf_skb_set_tstamp").args(ctx(), any(), any()).since("5.18");
    }
}
