// SPDX-License-Identifier: Apache-2.0
// Producers of ring-buffer records of four sizes, up to 64 a run: copied from a buffer, or claimed and given one word. R0 is their number.
#include "bench.h"

#define BATCH 64

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} events SEC(".maps");

/* One buffer for each of two producers; the packet's first byte says which. Its first word counts the records. */
volatile __u64 sources[2][512];

static __always_inline volatile __u64 *source(CTX *ctx)
{
    __u8 *p = DATA(ctx);
    if ((void *)(p + 1) > DATA_END(ctx))
        return 0;
    return sources[*p & 1];
}

#define COPY(size) \
    BENCH(copy_##size) \
    { \
        int i; \
        volatile __u64 *from = source(ctx); \
        if (!from) \
            return 0; \
        for (i = 0; i < BATCH; i++) { \
            from[0]++; \
            if (bpf_ringbuf_output(&events, (void *)from, size, 0)) { \
                from[0]--; \
                break; \
            } \
        } \
        return i; \
    }
#define CLAIM(size) \
    BENCH(claim_##size) \
    { \
        int i; \
        volatile __u64 *from = source(ctx); \
        if (!from) \
            return 0; \
        for (i = 0; i < BATCH; i++) { \
            __u64 *to = bpf_ringbuf_reserve(&events, size, 0); \
            if (!to) \
                break; \
            *to = ++from[0]; \
            bpf_ringbuf_submit(to, 0); \
        } \
        return i; \
    }

COPY(8)
COPY(64)
COPY(512)
COPY(4096)
CLAIM(8)
CLAIM(64)
CLAIM(512)
CLAIM(4096)
