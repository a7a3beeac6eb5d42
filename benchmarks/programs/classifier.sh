#!/usr/bin/env bash
# Writes the C of a packet classifier: a long chain of tests on five words, about 5,000 instructions. usage: classifier.sh > classifier.bpf.c
set -euo pipefail
cat <<'C'
// SPDX-License-Identifier: Apache-2.0
// Made by classifier.sh: a rule per line, each a test on two words that are read anew from the packet.
#include "bench.h"

#define RULE(a, b, factor, mask, score) \
    if ((w[a] * factor##u ^ w[b] >> 3) & mask) \
        sum = (sum << 1 | sum >> 31) + score; \
    else \
        sum ^= score;

BENCH(classifier)
{
    __u32 *p = DATA(ctx);
    if ((void *)(p + 12) > DATA_END(ctx))
        return XDP_DROP;
    volatile __u32 *w = p + 6;
    __u32 sum = p[3];
C
awk 'BEGIN { x = 12345; for (i = 0; i < 360; i++) { for (k = 0; k < 5; k++) { x = (x * 69069 + 1) % 4294967296; r[k] = int(x / 65536) }
    printf "    RULE(%d, %d, %d, 0x%xu, %d)\n", i % 5, (i + 2) % 5, r[0] * 2 + 1, 3 * 2 ^ (r[1] % 24), r[4] } }'
cat <<'C'
    return sum & 0xffff;
}
C
