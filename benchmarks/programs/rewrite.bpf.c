// SPDX-License-Identifier: Apache-2.0
// A stateless NAT: swaps addresses, lowers the TTL, checks the whole IPv4 header's checksum and writes it anew, patches the UDP checksum.
#include "bench.h"

struct ip4 { __u8 vihl, tos; __be16 length, id, fragment; __u8 ttl, protocol; __be16 check; __be32 src, dst; };
struct udp { __be16 src, dst, length, check; };

static __always_inline __u32 fold(__u32 sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16);
}

static __always_inline __u32 header_sum(struct ip4 *ip)
{
    __u32 sum = 0;
    __u16 *words = (__u16 *)ip;
#pragma unroll
    for (int i = 0; i < 10; i++)
        sum += words[i];
    return fold(sum);
}

BENCH(rewrite)
{
    void *p = DATA(ctx), *end = DATA_END(ctx);
    struct ip4 *ip = p + 14;
    struct udp *udp = (void *)(ip + 1);
    if ((void *)(udp + 1) > end || ip->vihl != 0x45 || ip->protocol != 17)
        return XDP_DROP;
    if (header_sum(ip) != 0xffff)
        return XDP_DROP;
    __be32 old = ip->dst;
    ip->dst = ip->src;
    ip->src = old ^ 0x01000000;
    ip->ttl = ip->ttl > 1 ? ip->ttl - 1 : 64;
    ip->check = 0;
    ip->check = ~header_sum(ip);
    __u32 sum = (__u16)~udp->check + (__u16)~old + (__u16)~(old >> 16) + (ip->src & 0xffff) + (ip->src >> 16);
    udp->check = ~fold(sum);
    __be16 port = udp->src;
    udp->src = udp->dst;
    udp->dst = port;
    return XDP_TX;
}
