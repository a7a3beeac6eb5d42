// SPDX-License-Identifier: Apache-2.0
// Counts packets and bytes per protocol number in an array.
#include "bench.h"

struct counter { __u64 packets, bytes; };
ARRAY(counters, struct counter, 256);

BENCH(array_counter)
{
    __u8 *p = DATA(ctx), *end = DATA_END(ctx);
    if (p + 34 > end)
        return XDP_DROP;
    __u32 key = p[23];
    struct counter *c = LOOKUP(counters, &key);
    if (!c)
        return XDP_DROP;
    __sync_fetch_and_add(&c->packets, 1);
    c->bytes += end - p;
    return XDP_PASS;
}
