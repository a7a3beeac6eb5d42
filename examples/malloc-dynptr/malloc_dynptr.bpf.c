// SPDX-License-Identifier: Apache-2.0
// Collects a message of a size known only at run time in memory of its own, and copes when its account cannot pay.
// Needs Skep's extension malloc-dynptr; no Linux loads it.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define ENOMEM 12

/* What Java passes: how many bytes to take, and what came of it. */
struct request {
    __u32 size;
    __u32 taken;
    __s32 error;
    __u32 checksum;
};

__u64 taken_in_full;
__u64 taken_in_part;
__u64 refused;

extern int bpf_dynptr_alloc(__u32 size, __u64 flags, struct bpf_dynptr *ptr__uninit) __ksym;
extern void bpf_dynptr_put(struct bpf_dynptr *ptr) __ksym;
extern int bpf_dynptr_memset(struct bpf_dynptr *ptr, __u32 offset, __u32 size, __u8 value) __ksym;

/* Fills the memory, and adds up its first and last bytes. */
static __always_inline __u32 use(struct bpf_dynptr *memory, __u32 size)
{
    __u8 first = 0, last = 0;

    bpf_dynptr_memset(memory, 0, size, 1);
    bpf_dynptr_read(&first, 1, memory, 0, 0);
    bpf_dynptr_read(&last, 1, memory, size - 1, 0);
    return first + last;
}

SEC("syscall")
int collect(struct request *request)
{
    struct bpf_dynptr memory;
    __u32 size = request->size;
    int error;

    error = bpf_dynptr_alloc(size, 0, &memory);
    if (error == -ENOMEM) {
        /* The account is at its limit. A null dynptr must be put, too; then a smaller piece may still do. */
        bpf_dynptr_put(&memory);
        size /= 4;
        error = bpf_dynptr_alloc(size, 0, &memory);
    }
    request->error = error;
    if (error) {
        request->taken = 0;
        __sync_fetch_and_add(&refused, 1);
    } else {
        request->taken = size;
        request->checksum = use(&memory, size);
        if (size == request->size)
            __sync_fetch_and_add(&taken_in_full, 1);
        else
            __sync_fetch_and_add(&taken_in_part, 1);
    }
    bpf_dynptr_put(&memory);
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
