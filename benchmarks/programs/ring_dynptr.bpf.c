// SPDX-License-Identifier: Apache-2.0
// A record whose size the packet says, into a ring buffer through a dynptr.
#include "bench.h"

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 22);
} events SEC(".maps");

BENCH(ring_dynptr)
{
    __u64 *p = DATA(ctx);
    if ((void *)(p + 8) > DATA_END(ctx))
        return XDP_DROP;
    struct bpf_dynptr record;
    __u64 head[4] = {p[0], p[1], p[2], p[3]};
    if (bpf_ringbuf_reserve_dynptr(&events, 32 + (p[0] & 31), 0, &record)) {
        bpf_ringbuf_discard_dynptr(&record, 0);
        return XDP_DROP;
    }
    bpf_dynptr_write(&record, 0, head, sizeof(head), 0);
    __u64 *body = bpf_dynptr_data(&record, 0, 8);
    if (body)
        *body = p[4];
    bpf_ringbuf_submit_dynptr(&record, 0);
    return XDP_PASS;
}
