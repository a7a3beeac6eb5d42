/* One object with everything that an object can hold. Written for Skep; Apache-2.0.
 * clang-19 -g -O2 -mcpu=v3 --target=bpfel -c sample.c -o sample.o && llvm-strip-19 -g sample.o */
#include "skep_bpf.h"

struct ctx {
    u32 data, data_end;
};
struct key {
    u32 address;
    u16 port;
};
struct value {
    u64 packets;
    char name[8];
};

struct {
    UINT(type, 1);
    UINT(max_entries, 1024);
    UINT(map_flags, 1);
    TYPE(key, struct key);
    TYPE(value, struct value);
} flows SEC(".maps");

struct {
    UINT(type, 27);
    UINT(max_entries, 5000);
} events SEC(".maps");

struct inner {
    UINT(type, 2);
    UINT(max_entries, 4);
    UINT(key_size, 4);
    UINT(value_size, 8);
} inner_one SEC(".maps"), inner_two SEC(".maps");

struct {
    UINT(type, 12);
    UINT(max_entries, 3);
    UINT(key_size, 4);
    ARRAY(values, struct inner);
} outer SEC(".maps") = {.values = {[0] = &inner_one, [2] = &inner_two}};

int pass(struct ctx *ctx);
int drop(struct ctx *ctx);

struct {
    UINT(type, 3);
    UINT(max_entries, 2);
    UINT(key_size, 4);
    ARRAY(values, int(void *));
} jumps SEC(".maps") = {.values = {[1] = (void *)&drop}};

struct {
    UINT(type, 2);
    UINT(max_entries, 1);
    UINT(pinning, 1);
    UINT(numa_node, 3);
    ULONG(map_extra, 0x100000007ULL);
    TYPE(key, u32);
    TYPE(value, u64);
} pinned SEC(".maps");

const volatile u32 limit = 7;
volatile u64 counter = 40;
volatile u64 zeros[4];
static volatile u32 quiet = 3;
HIDDEN volatile u32 hidden_bss;
const volatile char text[] SEC(".rodata.text") = "hello";
u64 custom SEC(".data.custom") = 0x1122334455667788;

extern int LINUX_KERNEL_VERSION SEC(".kconfig");
extern u32 CONFIG_HZ SEC(".kconfig");
extern _Bool CONFIG_MISSING SEC(".kconfig") WEAK;
extern char CONFIG_NAME[12] SEC(".kconfig") WEAK;

struct task {
    int pid;
};
extern struct task *task_get___flavor(struct task *task) SEC(".ksyms");
extern void task_gone(struct task *task) SEC(".ksyms") WEAK;
extern const int cpu_number SEC(".ksyms");
extern const int no_such_variable SEC(".ksyms") WEAK;
extern const void plain_symbol SEC(".ksyms");

static NOINLINE u64 leaf(u64 x) {
    return x * counter + prandom();
}

NOINLINE u64 middle(u64 x) {
    return leaf(x + 1) + leaf(x + 2);
}

HIDDEN NOINLINE u64 hidden_function(u64 x) {
    return middle(x) ^ limit;
}

NOINLINE int on_exception(u64 cookie) {
    return cookie ? 1 : 0;
}

static long each(void *map, const void *key, struct value *value, u64 *sum) {
    *sum += value->packets + leaf(*sum);
    return 0;
}

SEC("xdp")
int pass(struct ctx *ctx) {
    struct key key = {.address = ctx->data, .port = 80};
    struct value *value = map_lookup(&flows, &key);
    if (value)
        value->packets++;
    zeros[1] += hidden_function(key.address);
    hidden_bss += quiet;
    return 2;
}

SEC("xdp.frags")
int drop(struct ctx *ctx) {
    tail_call(ctx, &jumps, 1);
    return text[1] == 'e' ? 1 : custom;
}

SEC("?tc")
int sum(void *ctx) {
    u64 sum = 0;
    for_each(&flows, each, &sum, 0);
    return sum;
}

TAG("exception_callback:on_exception")
SEC("tc/ingress")
int thrower(void *ctx) {
    return middle(LINUX_KERNEL_VERSION) + CONFIG_HZ + CONFIG_MISSING + CONFIG_NAME[0];
}

SEC("tp_btf/sched_switch")
int symbols(void *ctx) {
    struct task *task = task_get___flavor((struct task *)0);
    if (task && &no_such_variable)
        task_gone(task);
    return cpu_number + (long)&plain_symbol;
}

SEC("fentry.s/do_work")
int late(void *ctx) {
    return 0;
}

SEC("something/else")
int unknown(void *ctx) {
    return 0;
}

struct machine_ops___local {
    int (*start)(struct task *task);
    void (*stop)(struct task *task);
    u32 flags;
};

SEC("struct_ops.s/start")
int machine_start(u64 *ctx) {
    return 1;
}

SEC(".struct_ops.link")
struct machine_ops___local machine = {.start = (void *)machine_start, .flags = 9};

char _license[] SEC("license") = "GPL";
u32 _version SEC("version") = 1;
