/* CO-RE relocations of every kind against core_target.c. Written for Skep; Apache-2.0.
 * clang-19 -g -O2 -mcpu=v3 --target=bpfel -c core.c -o core.o && llvm-strip-19 -g core.o */
#include "skep_bpf.h"

enum color { RED, GREEN = 5 };
enum wide { WIDE_SMALL, WIDE_BIG = 0x1234567890ULL };

struct point {
    int x;
    int y;
    u32 bits : 5;
    int more : 7;
    u16 grows;
    short shrinks;
    int signed_grows;
    u64 *pointer;
    int list[8];
    int gone;
    struct {
        int moved;
    };
} CORE;

struct point___old {
    int ancient;
} CORE;

struct absent {
    int a;
} CORE;

struct same {
    int a;
    struct point *p;
} CORE;

struct other {
    u64 a;
} CORE;

typedef int (*callback)(struct point *p, u32 n);

u64 out[40];

#define INFO(field, kind) __builtin_preserve_field_info(field, kind)
#define EXISTS 2
#define SIZE 1
#define SIGNED 3
#define LSHIFT 4
#define RSHIFT 5

SEC("socket")
int fields(struct point *p) {
    out[0] = p->x;
    out[1] = p->y;
    out[2] = p->grows;
    out[3] = (u64)p->pointer;
    out[4] = p->list[3];
    out[5] = p->moved;
    p->y = 5;
    out[6] = (u64)&p->list[2];
    return 0;
}

SEC("socket")
int infos(struct point *p) {
    struct point___old *old = (void *)p;
    out[0] = INFO(p->gone, EXISTS);
    out[1] = INFO(p->y, EXISTS);
    out[2] = INFO(p->grows, SIZE);
    out[3] = INFO(p->shrinks, SIGNED);
    out[4] = INFO(p->bits, LSHIFT);
    out[5] = INFO(p->bits, RSHIFT);
    out[6] = INFO(p->more, SIGNED);
    out[7] = INFO(p->bits, 0);
    out[8] = INFO(old->ancient, EXISTS);
    out[9] = INFO(p->bits, SIZE);
    return 0;
}

SEC("socket")
int missing(struct point *p) {
    if (INFO(p->gone, EXISTS))
        out[0] = p->gone;
    return 0;
}

SEC("socket")
int bad_size(struct point *p) {
    out[0] = p->signed_grows;
    return 0;
}

SEC("socket")
int types(void *p) {
    out[0] = __builtin_btf_type_id(*(struct point *)0, 0);
    out[1] = __builtin_btf_type_id(*(struct point *)0, 1);
    out[2] = __builtin_btf_type_id(*(struct absent *)0, 1);
    out[3] = __builtin_preserve_type_info(*(struct point *)0, 0);
    out[4] = __builtin_preserve_type_info(*(struct absent *)0, 0);
    out[5] = __builtin_preserve_type_info(*(struct point *)0, 1);
    out[6] = __builtin_preserve_type_info(*(struct same *)0, 2);
    out[7] = __builtin_preserve_type_info(*(struct other *)0, 2);
    out[8] = __builtin_preserve_type_info(*(callback *)0, 0);
    return 0;
}

SEC("socket")
int enums(void *p) {
    out[0] = __builtin_preserve_enum_value(*(enum color *)GREEN, 0);
    out[1] = __builtin_preserve_enum_value(*(enum color *)GREEN, 1);
    out[2] = __builtin_preserve_enum_value(*(enum color *)RED, 0);
    out[3] = __builtin_preserve_enum_value(*(enum wide *)WIDE_BIG, 1);
    return 0;
}

char _license[] SEC("license") = "GPL";
