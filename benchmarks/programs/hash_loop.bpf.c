// SPDX-License-Identifier: Apache-2.0
// FNV-1a over 1,024 packet bytes.
#include "bench.h"

BENCH(hash_loop)
{
    __u8 *p = DATA(ctx);
    if ((void *)(p + 1024) > DATA_END(ctx))
        return XDP_DROP;
    __u32 hash = 2166136261u;
    for (int i = 0; i < 1024; i++)
        hash = (hash ^ p[i]) * 16777619u;
    return hash & 0xffff;
}
