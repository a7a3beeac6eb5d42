/* SPDX-License-Identifier: Apache-2.0 */
/* What every benchmark program includes. For BPF: the usual headers. With NATIVE: plain C stand-ins, so that the same source measures what
 * gcc and clang make of it without a kernel. A native map is a C array or a chained hash table without locks. */
#pragma once
#ifndef NATIVE
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CTX struct xdp_md
#define DATA(ctx) ((void *)(long)(ctx)->data)
#define DATA_END(ctx) ((void *)(long)(ctx)->data_end)
#define BENCH(name) SEC("xdp") int name(CTX *ctx)
#define MAP(map, map_type, K, V, entries) \
    struct { \
        __uint(type, map_type); \
        __uint(max_entries, entries); \
        __type(key, K); \
        __type(value, V); \
    } map SEC(".maps")
#define ARRAY(map, V, entries) MAP(map, BPF_MAP_TYPE_ARRAY, __u32, V, entries)
#define HASH(map, K, V, entries) MAP(map, BPF_MAP_TYPE_HASH, K, V, entries)
#define LOOKUP(map, key) bpf_map_lookup_elem(&map, key)
char LICENSE[] SEC("license") = "Dual MIT/GPL";

#else
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

struct native_context {
    void *data, *data_end;
};
#define CTX struct native_context
#define DATA(ctx) ((ctx)->data)
#define DATA_END(ctx) ((ctx)->data_end)
#define XDP_DROP 1
#define XDP_PASS 2
#define XDP_TX 3
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define __noinline __attribute__((noinline))
#define bpf_htons(x) __builtin_bswap16(x)
#define bpf_ntohs(x) __builtin_bswap16(x)
#define bpf_htonl(x) __builtin_bswap32(x)
#define bpf_ntohl(x) __builtin_bswap32(x)

/* Runs the program n times on one packet; the pointer is volatile so that no run is left out. */
#define BENCH(name) \
    int name(CTX *ctx); \
    long bench_run(void *data, long length, long n) \
    { \
        CTX ctx = {data, (char *)data + length}; \
        int (*volatile program)(CTX *) = name; \
        long sum = 0; \
        while (n-- > 0) \
            sum += program(&ctx); \
        return sum; \
    } \
    int name(CTX *ctx)

#define ARRAY(map, V, entries) \
    static V map##_values[entries]; \
    static inline V *map##_lookup(const __u32 *key) { return *key < (entries) ? &map##_values[*key] : 0; }
#define HASH(map, K, V, entries) \
    struct map##_element { \
        struct map##_element *next; \
        K key; \
        V value; \
    }; \
    static struct map##_element **map##_buckets; \
    static __u64 map##_mask; \
    static inline __u64 map##_hash(const K *key) \
    { \
        __u64 h = 0x9e3779b97f4a7c15, word; \
        for (unsigned i = 0; i + 8 <= sizeof(K); i += 8) { \
            memcpy(&word, (const char *)key + i, 8); \
            h = (h ^ word) * 0xff51afd7ed558ccd; \
            h ^= h >> 32; \
        } \
        return h; \
    } \
    static inline V *map##_lookup(const K *key) \
    { \
        struct map##_element *e = map##_buckets[map##_hash(key) & map##_mask]; \
        while (e && memcmp(&e->key, key, sizeof(K))) \
            e = e->next; \
        return e ? &e->value : 0; \
    } \
    void bench_fill(const void *keys, long count) \
    { \
        map##_mask = 1; \
        while (map##_mask < (__u64)count) \
            map##_mask <<= 1; \
        map##_buckets = calloc(map##_mask--, sizeof(void *)); \
        struct map##_element *all = calloc(count, sizeof(*all)); \
        for (long i = 0; i < count; i++) { \
            memcpy(&all[i].key, (const char *)keys + i * sizeof(K), sizeof(K)); \
            struct map##_element **bucket = &map##_buckets[map##_hash(&all[i].key) & map##_mask]; \
            all[i].next = *bucket; \
            *bucket = &all[i]; \
        } \
    }
#define LOOKUP(map, key) map##_lookup(key)
#endif

/* The packet's first 14 bytes are an Ethernet header; these words follow in packets that carry a counter instead of IP. */
struct counter_packet {
    __u8 ethernet[16];
    __u64 state; /* of a generator that walks over the keys */
    __u64 range; /* how many keys there are */
};

/* The next key number, in [0, range). */
static __always_inline __u32 next_number(struct counter_packet *p)
{
    p->state = p->state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (p->state >> 32) * (__u32)p->range >> 32;
}
