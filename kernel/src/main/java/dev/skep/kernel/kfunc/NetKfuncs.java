package dev.skep.kernel.kfunc;

import static dev.skep.kernel.kfunc.Kfunc.ACQUIRE;
import static dev.skep.kernel.kfunc.Kfunc.DEVICE_BOUND;
import static dev.skep.kernel.kfunc.Kfunc.RELEASE;
import static dev.skep.kernel.kfunc.Kfunc.RET_NULL;
import static dev.skep.kernel.kfunc.Kfunc.TRUSTED_ARGS;

/** Sockets, packets, connection tracking, IPsec, XDP metadata. */
final class NetKfuncs {
    private NetKfuncs() {}

    static void declare(KfuncTable t) {
        t.callableFrom(KfuncHook.TC, KfuncHook.XDP);
        t.kfunc("bpf_skb_ct_alloc", ACQUIRE | RET_NULL, "6.0");
        t.kfunc("bpf_skb_ct_lookup", ACQUIRE | RET_NULL, "5.18");
        t.kfunc("bpf_xdp_ct_alloc", ACQUIRE | RET_NULL, "6.0");
        t.kfunc("bpf_xdp_ct_lookup", ACQUIRE | RET_NULL, "5.18");
        t.kfunc("bpf_ct_insert_entry", ACQUIRE | RET_NULL | RELEASE, "6.0");
        t.kfunc("bpf_ct_release", RELEASE, "5.18");
        t.kfunc("bpf_ct_set_timeout", TRUSTED_ARGS, "6.0");
        t.kfunc("bpf_ct_change_timeout", TRUSTED_ARGS, "6.0");
        t.kfunc("bpf_ct_set_status", TRUSTED_ARGS, "6.0");
        t.kfunc("bpf_ct_change_status", TRUSTED_ARGS, "6.0");
        t.kfunc("bpf_ct_set_nat_info", TRUSTED_ARGS, "6.1");

        t.callableFrom(KfuncHook.TC);
        t.kfunc("bpf_sk_assign_tcp_reqsk", TRUSTED_ARGS, "6.9");
        t.kfunc("bpf_skb_set_fou_encap", 0, "6.4");
        t.kfunc("bpf_skb_get_fou_encap", 0, "6.4");
        t.kfunc("bpf_skb_get_xfrm_info", 0, "6.2");
        t.kfunc("bpf_skb_set_xfrm_info", 0, "6.2");

        t.callableFrom(KfuncHook.XDP);
        t.kfunc("bpf_xdp_get_xfrm_state", ACQUIRE | RET_NULL, "6.8");
        t.kfunc("bpf_xdp_xfrm_state_release", RELEASE, "6.8");
        t.kfunc("bpf_xdp_pull_data", 0, "6.18");
        t.kfunc("bpf_xdp_flow_lookup", TRUSTED_ARGS | RET_NULL, "6.11");

        t.callableFrom(KfuncHook.EVERYONE);
        t.kfunc("bpf_xdp_metadata_rx_timestamp", TRUSTED_ARGS | DEVICE_BOUND, "6.3");
        t.kfunc("bpf_xdp_metadata_rx_hash", TRUSTED_ARGS | DEVICE_BOUND, "6.3");
        t.kfunc("bpf_xdp_metadata_rx_vlan_tag", TRUSTED_ARGS | DEVICE_BOUND, "6.8");

        t.callableFrom(KfuncHook.CGROUP);
        t.kfunc("bpf_sock_addr_set_sun_path", 0, "6.7");
        t.kfunc("bpf_sock_ops_enable_tx_tstamp", TRUSTED_ARGS, "6.15");

        t.callableFrom(KfuncHook.TRACING);
        t.kfunc("bpf_sock_destroy", TRUSTED_ARGS, "6.5").onlyInIterators();

        t.callableFrom(KfuncHook.STRUCT_OPS);
        t.kfunc("tcp_slow_start", 0, "5.13");
        t.kfunc("tcp_cong_avoid_ai", 0, "5.13");
        t.kfunc("tcp_reno_ssthresh", 0, "5.13");
        t.kfunc("tcp_reno_cong_avoid", 0, "5.13");
        t.kfunc("tcp_reno_undo_cwnd", 0, "5.13");
        t.kfunc("cubictcp_init", 0, "5.13");
        t.kfunc("cubictcp_recalc_ssthresh", 0, "5.13");
        t.kfunc("cubictcp_cong_avoid", 0, "5.13");
        t.kfunc("cubictcp_state", 0, "5.13");
        t.kfunc("cubictcp_cwnd_event", 0, "5.13");
        t.kfunc("cubictcp_acked", 0, "5.13");
        t.kfunc("bbr_init", 0, "5.13");
        t.kfunc("bbr_main", 0, "5.13");
        t.kfunc("bbr_sndbuf_expand", 0, "5.13");
        t.kfunc("bbr_undo_cwnd", 0, "5.13");
        t.kfunc("bbr_cwnd_event", 0, "5.13");
        t.kfunc("bbr_ssthresh", 0, "5.13");
        t.kfunc("bbr_min_tso_segs", 0, "5.13");
        t.kfunc("bbr_set_state", 0, "5.13");
    }
}
