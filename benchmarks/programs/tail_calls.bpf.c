// SPDX-License-Identifier: Apache-2.0
// A chain of eight programs, each called by the one before.
#include "bench.h"

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 8);
    __uint(key_size, 4);
    __uint(value_size, 4);
} chain SEC(".maps");

#define LINK(name, next) \
    SEC("xdp") int name(CTX *ctx) \
    { \
        __u64 *p = DATA(ctx); \
        if ((void *)(p + 4) > DATA_END(ctx)) \
            return XDP_DROP; \
        p[3] += next; \
        bpf_tail_call(ctx, &chain, next); \
        return XDP_PASS; \
    }

SEC("xdp") int link7(CTX *ctx)
{
    return XDP_TX;
}
LINK(link6, 7)
LINK(link5, 6)
LINK(link4, 5)
LINK(link3, 4)
LINK(link2, 3)
LINK(link1, 2)
LINK(tail_calls, 1)
