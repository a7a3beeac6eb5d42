package dev.skep.runtime.kfunc;

import java.util.Set;
import java.util.TreeSet;

/**
 * Kernel functions that programs are checked against but cannot run here: they act on a kernel's own machinery, which
 * nothing stands for. A call ends the run with {@link dev.skep.runtime.UnsupportedFault}.
 */
public final class VerifyOnly {
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            // congestion control and its building blocks
            "bbr_cwnd_event",
            "bbr_init",
            "bbr_main",
            "bbr_min_tso_segs",
            "bbr_set_state",
            "bbr_sndbuf_expand",
            "bbr_ssthresh",
            "bbr_undo_cwnd",
            "cubictcp_acked",
            "cubictcp_cong_avoid",
            "cubictcp_cwnd_event",
            "cubictcp_init",
            "cubictcp_recalc_ssthresh",
            "cubictcp_state",
            "dctcp_cwnd_event",
            "dctcp_cwnd_undo",
            "dctcp_init",
            "dctcp_ssthresh",
            "dctcp_state",
            "dctcp_update_alpha",
            "tcp_cong_avoid_ai",
            "tcp_reno_cong_avoid",
            "tcp_reno_ssthresh",
            "tcp_reno_undo_cwnd",
            "tcp_slow_start"));

    static {
        NAMES.addAll(Set.of(
                // connection tracking, IPsec, tunnels, sockets
                "bpf_ct_change_status",
                "bpf_ct_change_timeout",
                "bpf_ct_insert_entry",
                "bpf_ct_release",
                "bpf_ct_set_nat_info",
                "bpf_ct_set_status",
                "bpf_ct_set_timeout",
                "bpf_skb_ct_alloc",
                "bpf_skb_ct_lookup",
                "bpf_xdp_ct_alloc",
                "bpf_xdp_ct_lookup",
                "bpf_skb_get_fou_encap",
                "bpf_skb_set_fou_encap",
                "bpf_skb_get_xfrm_info",
                "bpf_skb_set_xfrm_info",
                "bpf_xdp_get_xfrm_state",
                "bpf_xdp_xfrm_state_release",
                "bpf_xdp_flow_lookup",
                "bpf_sk_assign_tcp_reqsk",
                "bpf_sock_addr_set_sun_path",
                "bpf_sock_destroy",
                "bpf_sock_ops_enable_tx_tstamp"));
        NAMES.addAll(Set.of(
                // files, keys, cryptography, control groups' statistics
                "bpf_cgroup_read_xattr",
                "bpf_get_dentry_xattr",
                "bpf_get_file_xattr",
                "bpf_get_fsverity_digest",
                "bpf_path_d_path",
                "bpf_remove_dentry_xattr",
                "bpf_set_dentry_xattr",
                "bpf_verify_pkcs7_signature",
                "bpf_crypto_ctx_acquire",
                "bpf_crypto_ctx_create",
                "bpf_crypto_ctx_release",
                "bpf_crypto_decrypt",
                "bpf_crypto_encrypt",
                "css_rstat_flush",
                "css_rstat_updated",
                "bpf_arena_reserve_pages",
                "bpf_session_cookie",
                "crash_kexec",
                "hid_bpf_get_data",
                "hid_bpf_hw_output_report",
                "hid_bpf_hw_request",
                "hid_bpf_input_report",
                "hid_bpf_allocate_context",
                "hid_bpf_release_context",
                "hid_bpf_try_input_report"));
        NAMES.addAll(Set.of(
                // the kernel's tests of itself
                "__bpf_trap",
                "bpf_fentry_test1",
                "bpf_kfunc_call_memb_release",
                "bpf_kfunc_call_test_release",
                "bpf_modify_return_test",
                "bpf_modify_return_test2",
                "bpf_modify_return_test_tp"));
    }

    private VerifyOnly() {}

    /** True for a function that is known and cannot run. */
    public static boolean contains(String kfunc) {
        return NAMES.contains(kfunc);
    }

    /** All of them, in order. */
    public static Set<String> names() {
        return java.util.Collections.unmodifiableSet(NAMES);
    }
}
