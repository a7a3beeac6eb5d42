/* The types that core.c and sample.c are linked against. Written for Skep; Apache-2.0.
 * clang-19 -g -O2 --target=bpfel -c core_target.c -o core_target.o && llvm-strip-19 -g core_target.o */
#include "skep_bpf.h"

enum color { BLUE, GREEN = 9 };
enum wide { WIDE_SMALL, WIDE_BIG = 0x9876543210ULL };

struct point {
    u64 before;
    union {
        struct {
            int y;
            int moved;
        };
        u64 both;
    };
    int x;
    u32 pad : 3;
    u32 bits : 5;
    int more : 7;
    u32 grows;
    short shrinks;
    s64 signed_grows;
    u64 *pointer;
    int list[8];
};

struct same {
    int extra;
    int a;
    struct point *p;
};

struct other {
    u32 a;
};

typedef int (*callback)(struct point *p, u32 n);

struct task {
    int pid;
};

struct machine_ops {
    u64 owner;
    int (*start)(struct task *task);
    void (*stop)(struct task *task);
    u32 flags;
};

struct bpf_struct_ops_machine_ops {
    u64 common;
    struct machine_ops data;
};

typedef void (*btf_trace_sched_switch)(void *data, int preempt);

struct point point;
struct same same;
struct other other;
callback call;
enum color color;
enum wide wide;
struct bpf_struct_ops_machine_ops ops;
btf_trace_sched_switch traced;
int cpu_number;

struct task *task_get(struct task *task) {
    return task;
}

int do_work(void) {
    return 0;
}
