/* SPDX-License-Identifier: Apache-2.0 */
/* Dynptrs over packets: the kernel's in BPF; with NATIVE, a pointer and a size with the bounds checks that a C programmer writes. */
#pragma once
#include "bench.h"
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
static inline long bpf_dynptr_read(void *to, __u32 size, struct bpf_dynptr *d, __u32 offset, __u64 flags)
{
    if ((long)offset + size > d->size)
        return -7;
    memcpy(to, d->data + offset, size);
    return 0;
}
static inline long bpf_dynptr_write(struct bpf_dynptr *d, __u32 offset, void *from, __u32 size, __u64 flags)
{
    if ((long)offset + size > d->size)
        return -7;
    memcpy(d->data + offset, from, size);
    return 0;
}
#endif
