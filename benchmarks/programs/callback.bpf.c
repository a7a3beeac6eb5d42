// SPDX-License-Identifier: Apache-2.0
// bpf_loop with 256 rounds of a short callback that changes its context.
#include "bench.h"

struct sums { __u64 a, b; };

static long step(__u32 i, struct sums *s)
{
    s->a += i ^ s->b;
    s->b = s->b * 5 + 1;
    return 0;
}

#ifdef NATIVE
static __noinline long bpf_loop(__u32 n, void *callback, void *context, __u64 flags)
{
    long (*volatile call)(__u32, void *) = callback;
    for (__u32 i = 0; i < n; i++)
        if (call(i, context))
            return i + 1;
    return n;
}
#endif

BENCH(callback)
{
    struct sums s = {1, 2};
    bpf_loop(256, step, &s, 0);
    return s.a & 0xffff;
}
