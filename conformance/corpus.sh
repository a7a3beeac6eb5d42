#!/usr/bin/env bash
# Builds the conformance corpus: the BPF selftests of Linux 6.12, from Debian's source package, compiled by clang 19 against the types of
# the running kernel.
#
#   usage: conformance/corpus.sh [DIR]       DIR: ${SKEP_CORPUS:-~/.cache/skep/corpus}; about 5 minutes on two cores
#
# Leaves DIR/obj/*.o (about 790 objects) and the kernel's types DIR/vmlinux.btf. What is there already is kept, so a second run is short. Needs Debian, root for the packages,
# and a kernel with /sys/kernel/btf/vmlinux. Sources and objects are GPL-2.0: they stay in DIR, outside this repository.
set -euo pipefail

series=6.12
dir=${1:-${SKEP_CORPUS:-$HOME/.cache/skep/corpus}}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
step() { printf '[%s] %s\n' "$(date +%H:%M:%S)" "$*"; }

install_packages() {
  local wanted=(clang-19 llvm-19 bpftool libelf-dev zlib1g-dev pkg-config gcc make python3 xz-utils "linux-source-$series")
  local missing=() p
  for p in "${wanted[@]}"; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

unpack_source() {
  [ -d "$dir/linux" ] && return 0
  step "unpacking the selftests of Linux $series"
  local part=$dir/linux.part top=linux-source-$series
  rm -rf "$part" && mkdir "$part"
  tar xf "/usr/src/$top.tar.xz" -C "$part" --strip-components=1 --wildcards "$top/tools/*" "$top/scripts/*" "$top/include/uapi/*"
  mv "$part" "$dir/linux"
}

install_headers() {
  [ -d "$dir/libbpf/root/usr/include/bpf" ] && return 0
  step "installing libbpf's headers"
  mkdir -p "$dir/libbpf"
  make -s -C "$dir/linux/tools/lib/bpf" OUTPUT="$dir/libbpf/" DESTDIR="$dir/libbpf/root" prefix=/usr install >"$dir/libbpf/make.log" 2>&1
}

kernel_types() {
  [ -s "$dir/vmlinux.btf" ] || cp /sys/kernel/btf/vmlinux "$dir/vmlinux.btf"
  [ -s "$dir/vmlinux.h" ] && return 0
  step "reading the running kernel's types"
  bpftool btf dump file /sys/kernel/btf/vmlinux format c >"$dir/vmlinux.h"
}

# One selftest; a source that does not compile against this kernel leaves its reason in log/ and no object.
compile() {
  local name out
  name=$(basename "$1" .c) out=$dir/obj/$name.o
  [ -s "$out" ] && return 0
  clang-19 --target=bpf -mlittle-endian -mcpu=v3 -O2 -g -Wno-everything -D__TARGET_ARCH_x86 -DENABLE_ATOMICS_TESTS \
    -I"$dir" -I"$dir/libbpf/root/usr/include" -I"$tests" -I"$dir/linux/tools/include/uapi" -I"/usr/include/$(uname -m)-linux-gnu" \
    -c "$1" -o "$out" 2>"$dir/log/$name.err" || rm -f "$out"
}

install_packages
unpack_source
install_headers
kernel_types
mkdir -p "$dir/obj" "$dir/log"
tests=$dir/linux/tools/testing/selftests/bpf
export dir tests
export -f compile
sources=("$tests"/progs/*.c)
step "compiling ${#sources[@]} selftests on $(nproc) processors"
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
step "$(find "$dir/obj" -name '*.o' | wc -l) objects in $dir/obj"
