package dev.skep.kernel.context;

import java.util.HashMap;
import java.util.Map;

/**
 * What the prototype of a traced function does not say of its pointer arguments: which may be NULL, and which iterator
 * arguments are buffers or lack trust.
 *
 * <p><em>Source</em>: observed on Linux 6.18, by loading a program that reads each argument of each tracepoint and
 * iterator.
 */
public final class TracedArguments {
    /** What an argument of an iterator is. */
    public enum Iterated {
        /** A kernel object, perhaps NULL. */
        POINTER_OR_NULL,
        /** A trusted kernel object. */
        TRUSTED,
        /** A trusted kernel object, perhaps NULL. */
        TRUSTED_OR_NULL,
        RDONLY_BUF_OR_NULL,
        RDWR_BUF_OR_NULL
    }

    /** Tracepoint and the numbers of its arguments that may be NULL. */
    private static final String NULLABLE = """
        sched_pi_setprio 1
        sched_stick_numa 2
        sched_swap_numa 2
        tmigr_update_events 0
        mm_page_alloc 0
        mm_page_alloc_zone_locked 0
        mm_page_pcpu_drain 0
        mm_khugepaged_scan_pmd 1
        mm_collapse_huge_page_isolate 0
        mm_khugepaged_scan_file 1
        mm_khugepaged_collapse_file 1
        writeback_dirty_folio 1
        folio_wait_writeback 1
        posix_lock_inode 1
        fcntl_setlk 1
        locks_remove_posix 1
        flock_lock_inode 1
        break_lease_noblock 1
        break_lease_block 1
        break_lease_unblock 1
        generic_delete_lease 1
        time_out_leases 1
        ext4_mballoc_discard 1
        ext4_mballoc_free 1
        hugetlbfs_alloc_inode 1
        xfs_inodegc_flush 0
        xfs_inodegc_push 0
        xfs_inodegc_start 0
        xfs_inodegc_stop 0
        xfs_inodegc_queue 0
        xfs_inodegc_throttle 0
        xfs_fs_sync_fs 0
        xfs_blockgc_start 0
        xfs_blockgc_stop 0
        xfs_blockgc_worker 0
        xfs_blockgc_flush_all 0
        xfs_map_blocks_found 4
        xfs_map_blocks_alloc 4
        xfs_btree_updkeys 2
        xfs_btree_overlapped_query_range 2
        xfs_defer_create_intent 0
        xfs_defer_cancel_list 0
        xfs_defer_pending_finish 0
        xfs_defer_pending_abort 0
        xfs_defer_relog_intent 0
        xfs_defer_isolate_paused 0
        xfs_defer_item_pause 0
        xfs_defer_item_unpause 0
        xfs_defer_add_item 0
        xfs_defer_cancel_item 0
        xfs_defer_finish_item 0
        xfs_ioc_free_eofblocks 1
        xfs_blockgc_free_space 1
        kfree_skb 3
        tcp_send_reset 0 1
        tcp_sendmsg_locked 2
        fib_table_lookup 2
        qdisc_dequeue 3
        """;

    /** Iterator target and its arguments after {@code meta}; {@code -} for numbers. */
    private static final String ITERATORS = """
        bpf_link POINTER_OR_NULL
        bpf_map TRUSTED_OR_NULL
        bpf_map_elem TRUSTED RDONLY_BUF_OR_NULL RDWR_BUF_OR_NULL
        bpf_prog POINTER_OR_NULL
        bpf_sk_storage_map TRUSTED POINTER_OR_NULL RDWR_BUF_OR_NULL
        cgroup TRUSTED_OR_NULL
        dmabuf POINTER_OR_NULL
        ipv6_route POINTER_OR_NULL
        kmem_cache TRUSTED_OR_NULL
        ksym POINTER_OR_NULL
        netlink POINTER_OR_NULL
        sockmap TRUSTED RDONLY_BUF_OR_NULL POINTER_OR_NULL
        task TRUSTED_OR_NULL
        task_file POINTER_OR_NULL - POINTER_OR_NULL
        task_vma POINTER_OR_NULL POINTER_OR_NULL
        tcp TRUSTED_OR_NULL -
        udp TRUSTED_OR_NULL - -
        unix POINTER_OR_NULL -
        """;

    private static final Map<String, Integer> NULLABLE_BY_NAME = new HashMap<>();
    private static final Map<String, Iterated[]> ITERATOR_BY_NAME = new HashMap<>();

    static {
        NULLABLE.lines().forEach(line -> {
            String[] words = line.split(" ");
            int mask = 0;
            for (int i = 1; i < words.length; i++) {
                mask |= 1 << Integer.parseInt(words[i]);
            }
            NULLABLE_BY_NAME.put(words[0], mask);
        });
        ITERATORS.lines().forEach(line -> {
            String[] words = line.split(" ");
            Iterated[] kinds = new Iterated[words.length];
            kinds[0] = Iterated.TRUSTED;
            for (int i = 1; i < words.length; i++) {
                kinds[i] = words[i].equals("-") ? null : Iterated.valueOf(words[i]);
            }
            ITERATOR_BY_NAME.put(words[0], kinds);
        });
    }

    private TracedArguments() {}

    /** True when argument {@code index} (from 0) of this tracepoint may be NULL. */
    public static boolean nullable(String tracepoint, int index) {
        return (NULLABLE_BY_NAME.getOrDefault(tracepoint, 0) >>> index & 1) != 0;
    }

    /**
     * What argument {@code index} (0 is {@code meta}) of this iterator target is; null when only its prototype counts.
     */
    public static Iterated iterated(String target, int index) {
        Iterated[] kinds = ITERATOR_BY_NAME.get(target);
        return kinds != null && index < kinds.length ? kinds[index] : null;
    }
}
