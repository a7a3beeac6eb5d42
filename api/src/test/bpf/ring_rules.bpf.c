// SPDX-License-Identifier: Apache-2.0
// Calls ring-buffer helpers as its context says and reports what they answered. Rebuild: api/src/test/bpf/build.sh
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum op { OUTPUT, QUERY, RESERVE, DISCARD, RESERVE_DYNPTR, DISCARD_DYNPTR, SWAPPED, DRAIN, NESTED };

struct call {
    __u32 op;
    __u32 commit_flags;
    __u64 size; /* of the record; of the samples after which a drain stops */
    __u64 flags;
    __s64 result;
    __s64 extra;
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 4096);
} user SEC(".maps");

char buffer[8192];

extern __u64 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym;

#define RESERVE_OF(bytes) \
    case bytes: { \
        void *p = bpf_ringbuf_reserve(&ring, bytes, flags); \
        if (!p) \
            return 0; \
        if (discard) \
            bpf_ringbuf_discard(p, commit_flags); \
        else \
            bpf_ringbuf_submit(p, commit_flags); \
        return 1; \
    }

static long reserve(__u64 size, __u64 flags, __u64 commit_flags, int discard)
{
    switch (size) {
    RESERVE_OF(0)
    RESERVE_OF(5)
    RESERVE_OF(8)
    RESERVE_OF(100)
    RESERVE_OF(1000)
    RESERVE_OF(4080)
    RESERVE_OF(4081)
    RESERVE_OF(4088)
    RESERVE_OF(1 << 30)
    RESERVE_OF(0x3fffffff)
    RESERVE_OF(0xffffffff)
    RESERVE_OF(-1ull)
    }
    return -1;
}

static long reserve_dynptr(struct call *call, int discard)
{
    struct bpf_dynptr record;
    long result = bpf_ringbuf_reserve_dynptr(&ring, call->size, call->flags, &record);

    call->extra = bpf_dynptr_size(&record);
    if (discard)
        bpf_ringbuf_discard_dynptr(&record, call->commit_flags);
    else
        bpf_ringbuf_submit_dynptr(&record, call->commit_flags);
    return result;
}

/* Two records, the later one committed first. */
static long swapped(__u64 flags)
{
    char *first = bpf_ringbuf_reserve(&ring, 8, 0), *second;

    if (!first)
        return 0;
    second = bpf_ringbuf_reserve(&ring, 100, 0);
    if (!second) {
        bpf_ringbuf_discard(first, flags);
        return 1;
    }
    second[0] = 2;
    bpf_ringbuf_submit(second, flags);
    first[0] = 1;
    bpf_ringbuf_submit(first, flags);
    return 2;
}

struct seen {
    __u64 stop;
    __u64 count;
    __u64 sizes;
    __s64 nested;
    __u64 nest;
};

static long nothing(struct bpf_dynptr *sample, void *context)
{
    return 0;
}

static long look(struct bpf_dynptr *sample, struct seen *seen)
{
    char mark = 0x5a;

    seen->count++;
    seen->sizes = seen->sizes * 31 + bpf_dynptr_size(sample);
    bpf_dynptr_write(sample, 0, &mark, 1, 0);
    if (seen->nest)
        seen->nested = bpf_user_ringbuf_drain(&user, nothing, NULL, 0);
    return seen->count == seen->stop;
}

static long drain(struct call *call, int nest)
{
    struct seen seen = {.stop = call->size, .nest = nest};
    long result = bpf_user_ringbuf_drain(&user, look, &seen, call->flags);

    call->extra = nest ? seen.nested : (__s64)(seen.sizes ^ seen.count << 48);
    return result;
}

SEC("syscall") int rule(struct call *call)
{
    switch (call->op) {
    case OUTPUT:
        call->result = bpf_ringbuf_output(&ring, buffer, call->size & 8191, call->flags);
        break;
    case QUERY:
        call->result = bpf_ringbuf_query(&ring, call->flags);
        break;
    case RESERVE:
        call->result = reserve(call->size, call->flags, call->commit_flags, 0);
        break;
    case DISCARD:
        call->result = reserve(call->size, call->flags, call->commit_flags, 1);
        break;
    case RESERVE_DYNPTR:
        call->result = reserve_dynptr(call, 0);
        break;
    case DISCARD_DYNPTR:
        call->result = reserve_dynptr(call, 1);
        break;
    case SWAPPED:
        call->result = swapped(call->flags);
        break;
    case DRAIN:
        call->result = drain(call, 0);
        break;
    case NESTED:
        call->result = drain(call, 1);
        break;
    }
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
