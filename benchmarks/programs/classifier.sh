#!/usr/bin/env bash
# Writes the C of a packet classifier: a long chain of tests on five header words, about 5,000 instructions. usage: classifier.sh > classifier.bpf.c
set -euo pipefail
cat <<'C'
// SPDX-License-Identifier: Apache-2.0
// Made by classifier.sh: a rule per line, each a few tests on the packet's words. The score of all rules that match is the answer.
#include "bench.h"

#define RULE(a, mask, value, b, factor, low, high, score) \
    if (((w[a] ^ w[b]) & mask) == value) \
        sum = (sum << 1 | sum >> 31) + score; \
    else if (((w[b] + factor##u) >> low & 0xff) >= high) \
        sum += w[a];

BENCH(classifier)
{
    __u32 *p = DATA(ctx);
    if ((void *)(p + 12) > DATA_END(ctx))
        return XDP_DROP;
    volatile __u32 seed = p[3];
    __u32 w[5] = {p[6], p[7], p[8], p[9], p[10]}, sum = seed;
C
awk 'BEGIN { x = 12345; for (i = 0; i < 360; i++) { for (k = 0; k < 5; k++) { x = (x * 69069 + 1) % 4294967296; r[k] = int(x / 65536) }
    printf "    RULE(%d, 0x%xu, 0x%xu, %d, %d, %d, %d, %d)\n", i % 5, (r[0] % 8) * 16 + 1, r[1] % 2, (i + 2) % 5, r[1] * 31, r[2] % 24, r[3] % 255, r[4] } }'
cat <<'C'
    return sum & 0xffff;
}
C
