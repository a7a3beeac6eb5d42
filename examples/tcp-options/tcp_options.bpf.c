// SPDX-License-Identifier: Apache-2.0
// Walks the options of every TCP segment through a dynptr, counts the kinds seen, and reports each SYN with a record whose
// size depends on the options found. What belongs here: the program only; types that Java reads are the structs below.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IPPROTO_TCP 6
#define TCP_FLAG_SYN 0x02
#define TCP_FLAG_ACK 0x10

#define OPTION_END 0
#define OPTION_NOP 1
#define MAX_OPTIONS 40 /* an options area has at most 40 bytes */

struct eth_header {
    __u8 dst[6];
    __u8 src[6];
    __be16 proto;
} __attribute__((packed));

struct ip4_header {
    __u8 version_ihl;
    __u8 tos;
    __be16 total_length;
    __be16 id;
    __be16 fragment;
    __u8 ttl;
    __u8 protocol;
    __be16 checksum;
    __be32 src;
    __be32 dst;
} __attribute__((packed));

struct ip6_header {
    __be32 version_class_flow;
    __be16 payload_length;
    __u8 next_header;
    __u8 hop_limit;
    __u8 src[16];
    __u8 dst[16];
} __attribute__((packed));

struct tcp_header {
    __be16 src;
    __be16 dst;
    __be32 seq;
    __be32 ack;
    __u8 doff;
    __u8 flags;
    __be16 window;
    __be16 checksum;
    __be16 urgent;
} __attribute__((packed));

/* One record per SYN or SYN+ACK. `options` holds the raw options area, as long as it was. */
struct syn_event {
    __u8 version;
    __u8 is_ack;
    __u16 src_port;
    __u16 dst_port;
    __u16 mss;
    __u8 window_scale;
    __u8 sack_permitted;
    __u8 has_timestamps;
    __u8 option_count;
    __u32 options_length;
    __u8 options[];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 256);
    __type(key, __u32);
    __type(value, __u64);
} option_kinds SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 64 * 4096);
} events SEC(".maps") __attribute__((btf_decl_tag("record:syn_event")));

__u64 segments;
__u64 malformed;
__u64 dropped;

/* Keeps the record type in the object's BTF. */
const struct syn_event *syn_event_type __attribute__((unused));

extern int bpf_dynptr_from_xdp(struct xdp_md *ctx, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 buffer__szk) __ksym;

/* The offset of the TCP header, 0 if there is none, and the IP version. */
static __always_inline __u32 find_tcp(struct bpf_dynptr *packet, __u8 *version)
{
    struct eth_header eth_buffer, *eth;
    struct ip4_header ip4_buffer, *ip4;
    struct ip6_header ip6_buffer, *ip6;

    eth = bpf_dynptr_slice(packet, 0, &eth_buffer, sizeof(eth_buffer));
    if (!eth)
        return 0;
    if (eth->proto == bpf_htons(ETH_P_IP)) {
        ip4 = bpf_dynptr_slice(packet, sizeof(*eth), &ip4_buffer, sizeof(ip4_buffer));
        if (!ip4 || ip4->protocol != IPPROTO_TCP)
            return 0;
        *version = 4;
        return sizeof(*eth) + (ip4->version_ihl & 0x0f) * 4;
    }
    if (eth->proto == bpf_htons(ETH_P_IPV6)) {
        ip6 = bpf_dynptr_slice(packet, sizeof(*eth), &ip6_buffer, sizeof(ip6_buffer));
        if (!ip6 || ip6->next_header != IPPROTO_TCP)
            return 0;
        *version = 6;
        return sizeof(*eth) + sizeof(*ip6);
    }
    return 0;
}

static __always_inline void count(__u32 kind)
{
    __u64 *counter = bpf_map_lookup_elem(&option_kinds, &kind);

    if (counter)
        __sync_fetch_and_add(counter, 1);
}

SEC("xdp")
int tcp_options(struct xdp_md *ctx)
{
    struct syn_event event = {};
    struct tcp_header tcp_buffer, *tcp;
    struct bpf_dynptr packet, record;
    __u8 buffer[8], *bytes, version = 0;
    __u32 at, first, end, i;

    if (bpf_dynptr_from_xdp(ctx, 0, &packet))
        return XDP_ABORTED;
    at = find_tcp(&packet, &version);
    if (!at)
        return XDP_PASS;
    tcp = bpf_dynptr_slice(&packet, at, &tcp_buffer, sizeof(tcp_buffer));
    if (!tcp)
        return XDP_PASS;
    __sync_fetch_and_add(&segments, 1);

    event.version = version;
    event.is_ack = !!(tcp->flags & TCP_FLAG_ACK);
    event.src_port = bpf_ntohs(tcp->src);
    event.dst_port = bpf_ntohs(tcp->dst);
    first = at + sizeof(*tcp);
    end = at + (tcp->doff >> 4) * 4;
    at = first;

    for (i = 0; i < MAX_OPTIONS && at < end; i++) {
        __u8 kind, length;

        bytes = bpf_dynptr_slice(&packet, at, buffer, 1);
        if (!bytes)
            goto bad;
        kind = bytes[0];
        if (kind == OPTION_END)
            break;
        count(kind);
        event.option_count++;
        if (kind == OPTION_NOP) {
            at++;
            continue;
        }
        bytes = bpf_dynptr_slice(&packet, at, buffer, 2);
        if (!bytes)
            goto bad;
        length = bytes[1];
        if (length < 2 || at + length > end)
            goto bad;
        switch (kind) {
        case 2: /* maximum segment size */
            bytes = bpf_dynptr_slice(&packet, at, buffer, 4);
            if (bytes)
                event.mss = bytes[2] << 8 | bytes[3];
            break;
        case 3: /* window scale */
            bytes = bpf_dynptr_slice(&packet, at, buffer, 3);
            if (bytes)
                event.window_scale = bytes[2];
            break;
        case 4:
            event.sack_permitted = 1;
            break;
        case 8:
            event.has_timestamps = 1;
            break;
        }
        at += length;
    }

    if (!(tcp->flags & TCP_FLAG_SYN))
        return XDP_PASS;
    event.options_length = end - first;
    if (event.options_length > MAX_OPTIONS)
        goto bad;
    if (bpf_ringbuf_reserve_dynptr(&events, sizeof(event) + event.options_length, 0, &record)) {
        __sync_fetch_and_add(&dropped, 1);
        bpf_ringbuf_discard_dynptr(&record, 0);
        return XDP_PASS;
    }
    bpf_dynptr_write(&record, 0, &event, sizeof(event), 0);
    for (i = 0; i < MAX_OPTIONS && i < event.options_length; i++) {
        bytes = bpf_dynptr_slice(&packet, first + i, buffer, 1);
        if (!bytes)
            break;
        bpf_dynptr_write(&record, sizeof(event) + i, bytes, 1, 0);
    }
    bpf_ringbuf_submit_dynptr(&record, 0);
    return XDP_PASS;

bad:
    __sync_fetch_and_add(&malformed, 1);
    return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
