// SPDX-License-Identifier: Apache-2.0
// Walks type-length-value fields behind the Ethernet header, through slices of a dynptr on the packet.
#include "bench.h"

struct field { __u8 type, length; };
#define MAX_FIELDS 64

#ifndef NATIVE
extern int bpf_dynptr_from_xdp(struct xdp_md *x, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 offset, void *buffer, __u32 buffer__szk) __ksym;
#else
struct bpf_dynptr { char *data; long size; };
static inline int bpf_dynptr_from_xdp(CTX *ctx, __u64 flags, struct bpf_dynptr *d)
{
    d->data = ctx->data;
    d->size = (char *)ctx->data_end - d->data;
    return 0;
}
static inline void *bpf_dynptr_slice(struct bpf_dynptr *d, __u32 offset, void *buffer, __u32 size)
{
    return (long)offset + size <= d->size ? d->data + offset : 0;
}
#endif

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
