// SPDX-License-Identifier: Apache-2.0
// Walks type-length-value items in UDP payloads, also across the fragments of a large packet: the packet is read through a dynptr,
// which hides where its pieces begin and end.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_BYTES 14
#define IP_BYTES 20
#define UDP_BYTES 8
#define ETH_P_IP 0x0800
#define IPPROTO_UDP 17
#define PORT 7000
#define MAX_ITEMS 512

struct tlv {
    __u8 type;
    __u8 reserved;
    __be16 length; /* of the value that follows */
} __attribute__((packed));

/* Per type: how many items, and how many bytes of value. */
struct seen {
    __u64 items;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 256);
    __type(key, __u32);
    __type(value, struct seen);
} types SEC(".maps");

__u64 packets;
__u64 malformed;
__u64 longest;

extern int bpf_dynptr_from_xdp(struct xdp_md *ctx, __u64 flags, struct bpf_dynptr *ptr) __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 buffer__szk) __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *ptr) __ksym;

static __always_inline int is_ours(struct bpf_dynptr *packet)
{
    __u8 buffer[ETH_BYTES + IP_BYTES + UDP_BYTES], *head;

    head = bpf_dynptr_slice(packet, 0, buffer, sizeof(buffer));
    return head && head[12] == ETH_P_IP >> 8 && head[13] == (ETH_P_IP & 0xff) && head[14] == 0x45 &&
           head[23] == IPPROTO_UDP && head[36] == PORT >> 8 && head[37] == (PORT & 0xff);
}

SEC("xdp.frags")
int walk(struct xdp_md *ctx)
{
    struct bpf_dynptr packet;
    __u32 at = ETH_BYTES + IP_BYTES + UDP_BYTES, end, i;

    if (bpf_dynptr_from_xdp(ctx, 0, &packet) || !is_ours(&packet))
        return XDP_PASS;
    __sync_fetch_and_add(&packets, 1);
    end = bpf_dynptr_size(&packet);
    for (i = 0; i < MAX_ITEMS && at < end; i++) {
        struct tlv buffer, *item;
        struct seen *seen;
        __u32 type, length;

        /* Where an item's head straddles two fragments, the bytes are put together in the buffer. */
        item = bpf_dynptr_slice(&packet, at, &buffer, sizeof(buffer));
        if (!item)
            goto bad;
        type = item->type;
        length = bpf_ntohs(item->length);
        at += sizeof(*item);
        if (at > end || length > end - at)
            goto bad;
        at += length;
        seen = bpf_map_lookup_elem(&types, &type);
        if (seen) {
            __sync_fetch_and_add(&seen->items, 1);
            __sync_fetch_and_add(&seen->bytes, length);
        }
        if (length > longest)
            longest = length;
    }
    return XDP_PASS;

bad:
    __sync_fetch_and_add(&malformed, 1);
    return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
