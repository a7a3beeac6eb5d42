// SPDX-License-Identifier: Apache-2.0
// Longest-prefix match of an address, that a generator in the packet chooses, among 100,000 IPv4 routes.
#include "bench.h"

struct route { __u32 length; __u8 address[4]; };
struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 100000);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct route);
    __type(value, __u32);
} routes SEC(".maps");

BENCH(lpm)
{
    struct counter_packet *p = DATA(ctx);
    if ((void *)(p + 1) > DATA_END(ctx))
        return XDP_DROP;
    __u32 address = next_number(p) * 2654435761u;
    struct route key = {32, {address >> 24, address >> 16, address >> 8, address}};
    __u32 *hop = LOOKUP(routes, &key);
    return hop ? *hop & 0xff : XDP_DROP;
}
