// SPDX-License-Identifier: Apache-2.0
// A flow table: one lookup per run, of a flow that a generator in the packet chooses, and two counters raised.
#include "bench.h"

struct flow { __be32 src, dst; __be16 src_port, dst_port; __u32 protocol; };
struct counter { __u64 packets, bytes; };
HASH(table, struct flow, struct counter, 1000000);

BENCH(flows)
{
    struct counter_packet *p = DATA(ctx);
    if ((void *)(p + 1) > DATA_END(ctx))
        return XDP_DROP;
    __u32 n = next_number(p);
    struct flow key = {n * 2654435761u, 0x0a000001, n, 443, 6};
    struct counter *c = LOOKUP(table, &key);
    if (!c)
        return XDP_DROP;
    c->packets++;
    c->bytes += DATA_END(ctx) - DATA(ctx);
    return XDP_PASS;
}
