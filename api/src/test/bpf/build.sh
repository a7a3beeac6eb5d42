#!/usr/bin/env bash
# Rebuilds the objects of the tests from the C beside them, with clang 19. usage: api/src/test/bpf/build.sh
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p ../resources
for source in *.bpf.c; do
    out=../resources/${source%.c}.o
    clang-19 -g -O2 -mcpu=v3 --target=bpf -Wall -Werror -I/usr/include/"$(uname -m)"-linux-gnu -fdebug-compilation-dir=. -c "$source" -o "$out"
    llvm-strip-19 -g "$out"
done
