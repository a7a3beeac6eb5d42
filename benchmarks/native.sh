#!/usr/bin/env bash
# Compiles the benchmarks that need no kernel as native libraries, with gcc and clang. usage: benchmarks/native.sh OUT_DIR
set -euo pipefail
out=$1
cd "$(dirname "$0")/programs"
mkdir -p "$out"
for name in empty hash_loop stack_loop parser rewrite array_counter flows tlv dynptr_read dynptr_write dynptr_slice callback calls classifier; do
    for cc in gcc clang-19; do
        library=$out/$name.$cc.so
        command -v "$cc" >/dev/null || continue
        [ "$library" -nt "$name.bpf.c" ] && [ "$library" -nt bench.h ] && [ "$library" -nt dynptr.h ] && continue
        "$cc" -O2 -w -shared -fPIC -DNATIVE -x c "$name.bpf.c" -o "$library"
    done
done
