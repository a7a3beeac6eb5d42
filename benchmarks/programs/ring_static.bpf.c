// SPDX-License-Identifier: Apache-2.0
// A record of 64 bytes, all written, into a ring buffer.
#include "bench.h"

struct event { __u64 words[8]; };
struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 22);
} events SEC(".maps");

BENCH(ring_static)
{
    __u64 *p = DATA(ctx);
    if ((void *)(p + 8) > DATA_END(ctx))
        return XDP_DROP;
    struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
    if (!e)
        return XDP_DROP;
    for (int i = 0; i < 8; i++)
        e->words[i] = p[i];
    bpf_ringbuf_submit(e, 0);
    return XDP_PASS;
}
