// SPDX-License-Identifier: Apache-2.0
// Looks at 16 bytes at a time in slices of a dynptr on the packet, at offsets that only the run knows.
#include "dynptr.h"

BENCH(dynptr_slice)
{
    struct bpf_dynptr packet;
    __u64 words[2] = {};
    __u32 offset = 14, sum = 0;
    bpf_dynptr_from_xdp((void *)ctx, 0, &packet);
    for (int i = 0; i < 64; i++) {
        __u64 *p = bpf_dynptr_slice(&packet, offset, words, sizeof(words));
        if (!p)
            break;
        sum += p[0] ^ p[1];
        offset += 8 + (i & 8);
    }
    return sum & 0xffff;
}
