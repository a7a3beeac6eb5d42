// SPDX-License-Identifier: Apache-2.0
// 64 rounds of two nested calls of subprograms; one takes a pointer to its caller's stack.
#include "bench.h"

static __noinline __u64 scramble(__u64 x, __u64 y)
{
    x ^= y >> 7;
    x *= 0x9e3779b97f4a7c15ULL;
    return x ^ x >> 29;
}

static __noinline __u64 step(__u64 x, __u64 *total)
{
    *total += x;
    return scramble(x, *total) + 1;
}

BENCH(calls)
{
    __u64 total = 3, x = 1;
    for (int i = 0; i < 64; i++)
        x = step(x, &total);
    return (x ^ total) & 0xffff;
}
