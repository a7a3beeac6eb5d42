// SPDX-License-Identifier: Apache-2.0
// Shuffles a table of 64 words on the stack, by positions that depend on its contents.
#include "bench.h"

BENCH(stack_loop)
{
    __u32 table[64];
    __u8 *p = DATA(ctx);
    if ((void *)(p + 64) > DATA_END(ctx))
        return XDP_DROP;
    for (int i = 0; i < 64; i++)
        table[i] = p[i] * 2654435761u + i;
    __u32 at = 0;
    for (int i = 0; i < 256; i++) {
        __u32 value = table[i & 63];
        at = (at + value) & 63;
        table[i & 63] = table[at];
        table[at] = value + (value << 7 ^ value >> 3);
    }
    return table[at] & 0xffff;
}
