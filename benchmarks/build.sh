#!/usr/bin/env bash
# Rebuilds the committed objects of the benchmarks from the C beside them, the same bytes on every machine with clang 19.
# usage: benchmarks/build.sh [OUT_DIR]     without OUT_DIR each object lands beside its source
set -euo pipefail
cd "$(dirname "$0")/programs"
for tool in clang-19 llvm-strip-19; do
    command -v "$tool" >/dev/null || { echo "build.sh: $tool is missing: apt-get install clang-19 llvm-19 libbpf-dev" >&2; exit 2; }
done
./classifier.sh > classifier.bpf.c
for source in *.bpf.c; do
    out=${1:-.}/${source%.c}.o
    clang-19 -g -O2 -mcpu=v3 --target=bpf -Wall -Wno-unused-value -I/usr/include/"$(uname -m)"-linux-gnu -fdebug-compilation-dir=. \
        -c "$source" -o "$out"
    llvm-strip-19 -g "$out"
done
