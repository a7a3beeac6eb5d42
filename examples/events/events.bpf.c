// SPDX-License-Identifier: Apache-2.0
// Writes events whose size is known only at run time: the ring buffer's record is reserved as a dynptr, filled, and submitted.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define MAX_TEXT 4096

/* What Java passes in; the text itself is in the variable below. */
struct line {
    __u32 severity;
    __u32 length;
};

/* One event; `text` is as long as it was. */
struct event {
    __u64 sequence;
    __u32 severity;
    __u32 length;
    __u8 text[];
};

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 16 * 4096);
} events SEC(".maps") __attribute__((btf_decl_tag("record:event")));

__u8 text[MAX_TEXT];
__u64 sequence;
__u64 dropped;

const struct event *event_type __attribute__((unused));

SEC("syscall")
int log_line(struct line *line)
{
    struct bpf_dynptr record;
    struct event head = {};
    __u32 length = line->length;
    int error;

    if (length > MAX_TEXT)
        length = MAX_TEXT;
    head.sequence = __sync_fetch_and_add(&sequence, 1);
    head.severity = line->severity;
    head.length = length;
    error = bpf_ringbuf_reserve_dynptr(&events, sizeof(head) + length, 0, &record);
    if (!error) {
        bpf_dynptr_write(&record, 0, &head, sizeof(head), 0);
        bpf_dynptr_write(&record, sizeof(head), text, length, 0);
        bpf_ringbuf_submit_dynptr(&record, 0);
        return 0;
    }
    /* No room: the null dynptr must be given back all the same. */
    bpf_ringbuf_discard_dynptr(&record, 0);
    __sync_fetch_and_add(&dropped, 1);
    return error;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
