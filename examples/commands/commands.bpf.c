// SPDX-License-Identifier: Apache-2.0
// Takes commands that Java wrote to a user ring buffer, and answers each through a ring buffer.
// What belongs here: the program only; types that Java reads or writes are the structs below.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define OP_ADD 1
#define OP_PUT 2
#define OP_GET 3

#define OK 0
#define BAD_COMMAND 1
#define NOT_FOUND 2

struct command {
    __u32 id;
    __u32 op;
    __u64 key;
    __u64 value;
};

struct answer {
    __u32 id;
    __u32 status;
    __u64 value;
};

struct {
    __uint(type, BPF_MAP_TYPE_USER_RINGBUF);
    __uint(max_entries, 64 * 4096);
} commands SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 64 * 4096);
} answers SEC(".maps") __attribute__((btf_decl_tag("record:answer")));

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, __u64);
    __type(value, __u64);
} store SEC(".maps");

__u64 lost;

const struct answer *answer_type __attribute__((unused));
const struct command *command_type __attribute__((unused));

static __u32 execute(const struct command *command, __u64 *result)
{
    __u64 *known;

    switch (command->op) {
    case OP_ADD:
        *result = command->key + command->value;
        return OK;
    case OP_PUT:
        return bpf_map_update_elem(&store, &command->key, &command->value, BPF_ANY) ? BAD_COMMAND : OK;
    case OP_GET:
        known = bpf_map_lookup_elem(&store, &command->key);
        if (!known)
            return NOT_FOUND;
        *result = *known;
        return OK;
    }
    return BAD_COMMAND;
}

/* One command. The sample is as long as its writer chose: bpf_dynptr_read says when it is too short. */
static long handle(struct bpf_dynptr *sample, void *context)
{
    struct command command = {};
    struct answer answer = {};

    if (bpf_dynptr_read(&command, sizeof(command), sample, 0, 0)) {
        answer.status = BAD_COMMAND;
    } else {
        answer.id = command.id;
        answer.status = execute(&command, &answer.value);
    }
    if (bpf_ringbuf_output(&answers, &answer, sizeof(answer), 0))
        __sync_fetch_and_add(&lost, 1);
    return 0;
}

SEC("syscall")
int drain(void *unused)
{
    return bpf_user_ringbuf_drain(&commands, handle, NULL, 0);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
