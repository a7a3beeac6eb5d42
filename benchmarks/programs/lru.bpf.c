// SPDX-License-Identifier: Apache-2.0
// An LRU table of 10,000 flows that 12,000 flows share: a lookup, and an update when the flow is not there.
#include "bench.h"

MAP(table, BPF_MAP_TYPE_LRU_HASH, __u64, __u64, 10000);

BENCH(lru)
{
    struct counter_packet *p = DATA(ctx);
    if ((void *)(p + 1) > DATA_END(ctx))
        return XDP_DROP;
    __u64 key = next_number(p), one = 1;
    __u64 *packets = LOOKUP(table, &key);
    if (packets)
        (*packets)++;
    else
        bpf_map_update_elem(&table, &key, &one, BPF_ANY);
    return XDP_PASS;
}
