// SPDX-License-Identifier: Apache-2.0
// Walks type-length-value fields behind the Ethernet header, through slices of a dynptr on the packet.
#include "dynptr.h"

struct field { __u8 type, length; };
#define MAX_FIELDS 64

BENCH(tlv)
{
    struct bpf_dynptr packet;
    struct field room;
    __u32 offset = 14, sum = 0;
    bpf_dynptr_from_xdp((void *)ctx, 0, &packet);
    for (int i = 0; i < MAX_FIELDS; i++) {
        struct field *f = bpf_dynptr_slice(&packet, offset, &room, sizeof(room));
        if (!f || f->type == 0)
            break;
        sum = sum * 31 + f->type;
        offset += sizeof(*f) + f->length;
    }
    return sum & 0xffff;
}
