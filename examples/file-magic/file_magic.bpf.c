// SPDX-License-Identifier: Apache-2.0
// Looks at the first bytes of each file that is opened, and counts those that are ELF; says how long the section table is.
// Needs Linux 6.19, or --features linux-6.19.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Named, not described: the kernel knows what is in it. */
struct file {};

struct elf_header {
    __u8 magic[4];
    __u8 class;
    __u8 rest[35];
    __u64 sections_at;
    __u8 more[12];
    __u16 sections;
    __u16 names;
};

__u64 elves;
__u64 others;
__u64 unread;
/* Length of the last section table seen, and its sum of bytes. */
__u64 table_bytes;
__u64 table_sum;

extern int bpf_dynptr_from_file(struct file *file, __u32 flags, struct bpf_dynptr *ptr__uninit) __ksym;
extern int bpf_dynptr_file_discard(struct bpf_dynptr *dynptr) __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *p, __u64 start, __u64 end) __ksym;

/* At most 1024 bytes: through the view that adjust made, a file is read as any other memory is. */
static void sum(struct bpf_dynptr *bytes, __u64 length)
{
    __u8 byte;
    int i;

    table_bytes = length;
    table_sum = 0;
    for (i = 0; i < 1024; i++) {
        if (i >= length || bpf_dynptr_read(&byte, 1, bytes, i, 0))
            break;
        table_sum += byte;
    }
}

SEC("lsm/file_open")
int BPF_PROG(look, struct file *file)
{
    struct elf_header h;
    struct bpf_dynptr bytes;

    if (bpf_dynptr_from_file(file, 0, &bytes)) {
        __sync_fetch_and_add(&unread, 1);
        goto out;
    }
    if (bpf_dynptr_read(&h, sizeof(h), &bytes, 0, 0)) {
        __sync_fetch_and_add(&unread, 1);
        goto out;
    }
    if (h.magic[0] != 0x7f || h.magic[1] != 'E' || h.magic[2] != 'L' || h.magic[3] != 'F') {
        __sync_fetch_and_add(&others, 1);
        goto out;
    }
    __sync_fetch_and_add(&elves, 1);
    if (!bpf_dynptr_adjust(&bytes, h.sections_at, h.sections_at + 64 * (__u64)h.sections))
        sum(&bytes, 64 * (__u64)h.sections);
out:
    /* A null dynptr must be given back as well. */
    bpf_dynptr_file_discard(&bytes);
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
