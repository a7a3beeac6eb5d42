// SPDX-License-Identifier: Apache-2.0
// Numbers records of about a kilobyte into a ring of one page that overwrites. Rebuild: api/src/test/bpf/build.sh
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define BPF_F_RB_OVERWRITE (1U << 19)
#define OVERWRITE_POSITION 4

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
    __uint(map_flags, BPF_F_RB_OVERWRITE);
} ring SEC(".maps");

__u64 count;
__u64 kept_from;

SEC("syscall") int number(void *unused)
{
    __u64 *record = bpf_ringbuf_reserve(&ring, 1016, 0);

    if (!record)
        return 0;
    *record = ++count;
    bpf_ringbuf_submit(record, 0);
    kept_from = bpf_ringbuf_query(&ring, OVERWRITE_POSITION);
    return 1;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
