/* A function whose parameter has no name. Written for Skep; Apache-2.0.
 * clang-19 -g -O2 -mcpu=v3 --target=bpfel -c unnamed.c -o unnamed.o && llvm-strip-19 -g unnamed.o */
#include "skep_bpf.h"

SEC("xdp")
int pass(void *) {
    return 2;
}

char _license[] SEC("license") = "GPL";
