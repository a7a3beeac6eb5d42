/* A map in the form that loaders refuse since 2022. Written for Skep; Apache-2.0.
 * clang-19 -O2 --target=bpfel -c legacy.c -o legacy.o */
#include "skep_bpf.h"

struct {
    u32 type, key_size, value_size, max_entries, flags;
} old SEC("maps") = {1, 4, 8, 16, 0};
