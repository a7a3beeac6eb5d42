// SPDX-License-Identifier: Apache-2.0
// Reads 16 bytes at a time through a dynptr on the packet, at offsets that only the run knows.
#include "dynptr.h"

BENCH(dynptr_read)
{
    struct bpf_dynptr packet;
    __u64 words[2] = {};
    __u32 offset = 14, sum = 0;
    bpf_dynptr_from_xdp((void *)ctx, 0, &packet);
    for (int i = 0; i < 64; i++) {
        if (bpf_dynptr_read(&words, sizeof(words), &packet, offset, 0))
            break;
        sum += words[0] ^ words[1];
        offset += 8 + (i & 8);
    }
    return sum & 0xffff;
}
