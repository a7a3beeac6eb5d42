// SPDX-License-Identifier: Apache-2.0
// Drains a user ring buffer and adds up the first words of its samples. R0 is the number of samples.
#include "bench.h"

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 1 << 20);
} commands SEC(".maps");

__u64 sum;

static long take(struct bpf_dynptr *sample, void *context)
{
    __u64 word = 0;
    bpf_dynptr_read(&word, sizeof(word), sample, 0, 0);
    *(__u64 *)context += word;
    return 0;
}

SEC("syscall") int drain(void *unused)
{
    __u64 words = 0;
    long taken = bpf_user_ringbuf_drain(&commands, take, &words, 0);
    sum += words;
    return taken;
}
