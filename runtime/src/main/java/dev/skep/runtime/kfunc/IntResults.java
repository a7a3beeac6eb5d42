package dev.skep.runtime.kfunc;

import java.util.Set;

/**
 * The kernel functions whose C result is an {@code int}. A program sees such a result as x86-64 leaves it, the upper
 * half of R0 zero; a {@code long} that is negative has ones there. Source: the types of Linux 6.18; the upper half
 * observed through BPF_PROG_TEST_RUN.
 */
public final class IntResults {
    private static final Set<String> NAMES = Set.of(
            "bpf_copy_from_user_dynptr",
            "bpf_copy_from_user_str",
            "bpf_copy_from_user_str_dynptr",
            "bpf_copy_from_user_task_dynptr",
            "bpf_copy_from_user_task_str",
            "bpf_copy_from_user_task_str_dynptr",
            "bpf_cpumask_populate",
            "bpf_dynptr_adjust",
            "bpf_dynptr_clone",
            "bpf_dynptr_copy",
            "bpf_dynptr_from_skb",
            "bpf_dynptr_from_skb_meta",
            "bpf_dynptr_from_xdp",
            "bpf_dynptr_memset",
            "bpf_iter_bits_new",
            "bpf_iter_css_new",
            "bpf_iter_css_task_new",
            "bpf_iter_dmabuf_new",
            "bpf_iter_kmem_cache_new",
            "bpf_iter_num_new",
            "bpf_iter_task_new",
            "bpf_iter_task_vma_new",
            "bpf_list_push_back_impl",
            "bpf_list_push_front_impl",
            "bpf_probe_read_kernel_dynptr",
            "bpf_probe_read_kernel_str_dynptr",
            "bpf_probe_read_user_dynptr",
            "bpf_probe_read_user_str_dynptr",
            "bpf_rbtree_add_impl",
            "bpf_res_spin_lock",
            "bpf_res_spin_lock_irqsave",
            "bpf_send_signal_task",
            "bpf_strcasecmp",
            "bpf_strchr",
            "bpf_strchrnul",
            "bpf_strcmp",
            "bpf_strcspn",
            "bpf_stream_vprintk_impl",
            "bpf_strlen",
            "bpf_strnchr",
            "bpf_strnlen",
            "bpf_strnstr",
            "bpf_strrchr",
            "bpf_strspn",
            "bpf_strstr",
            "bpf_task_work_schedule_resume_impl",
            "bpf_task_work_schedule_signal_impl",
            "bpf_wq_init",
            "bpf_wq_set_callback_impl",
            "bpf_wq_start",
            "bpf_xdp_metadata_rx_hash",
            "bpf_xdp_metadata_rx_timestamp",
            "bpf_xdp_metadata_rx_vlan_tag",
            "bpf_xdp_pull_data");

    private IntResults() {}

    /** True when the function's result is 32 bits wide. */
    public static boolean contains(String kfunc) {
        return NAMES.contains(kfunc);
    }
}
