// SPDX-License-Identifier: Apache-2.0
// Ethernet, up to two VLAN tags, IPv4 with options or IPv6 with extension headers, TCP or UDP: a hash of the flow.
#include "bench.h"

struct vlan { __be16 tci, proto; };
struct ip4 { __u8 vihl, tos; __be16 length, id, fragment; __u8 ttl, protocol; __be16 check; __be32 src, dst; };
struct ip6 { __be32 flow; __be16 length; __u8 next, hops; __be32 src[4], dst[4]; };
struct ports { __be16 src, dst; };

static __always_inline __u32 mix(__u32 h, __u32 v)
{
    h = (h ^ v) * 0xcc9e2d51u;
    return h << 15 | h >> 17;
}

BENCH(parser)
{
    void *p = DATA(ctx), *end = DATA_END(ctx);
    if (p + 14 > end)
        return XDP_DROP;
    __be16 proto = *(__be16 *)(p + 12);
    p += 14;
#pragma unroll
    for (int i = 0; i < 2; i++) {
        if (proto != bpf_htons(0x8100) && proto != bpf_htons(0x88a8))
            break;
        struct vlan *v = p;
        if ((void *)(v + 1) > end)
            return XDP_DROP;
        proto = v->proto;
        p = v + 1;
    }
    __u32 hash = 1;
    __u8 next;
    if (proto == bpf_htons(0x0800)) {
        struct ip4 *ip = p;
        if ((void *)(ip + 1) > end || ip->vihl >> 4 != 4 || (ip->vihl & 15) < 5)
            return XDP_DROP;
        if (ip->fragment & bpf_htons(0x3fff))
            return XDP_PASS;
        hash = mix(mix(hash, ip->src), ip->dst);
        next = ip->protocol;
        p += (ip->vihl & 15) * 4;
    } else if (proto == bpf_htons(0x86dd)) {
        struct ip6 *ip = p;
        if ((void *)(ip + 1) > end)
            return XDP_DROP;
        for (int i = 0; i < 4; i++)
            hash = mix(mix(hash, ip->src[i]), ip->dst[i]);
        next = ip->next;
        p = ip + 1;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            if (next != 0 && next != 43 && next != 60)
                break;
            __u8 *h = p;
            if ((void *)(h + 8) > end)
                return XDP_DROP;
            next = h[0];
            p += 8 + h[1] * 8;
        }
    } else {
        return XDP_PASS;
    }
    if (next != 6 && next != 17)
        return XDP_PASS;
    struct ports *ports = p;
    if ((void *)(ports + 1) > end)
        return XDP_DROP;
    hash = mix(mix(hash, ports->src), ports->dst);
    return mix(hash, next) & 0xffff;
}
