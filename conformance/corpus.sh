#!/usr/bin/env bash
# Builds the conformance corpus: the BPF selftests of Linux 6.12, from Debian's source package, compiled by clang 19 against the types of
# the running kernel.
#
#   usage: conformance/corpus.sh [DIR]       DIR: ${SKEP_CORPUS:-~/.cache/skep/corpus}; about 5 minutes on two cores
#
# Other kernels' selftests and other compilers make other corpora, for `conformance/run run --folder DIR/obj`; give each its own DIR:
#   SKEP_LINUX    a tarball of Linux's source instead of Debian's 6.12
#   SKEP_CLANG    a compiler, a Debian package, too; clang-19
#   SKEP_CFLAGS   its flags; -mcpu=v3 -O2
#
# Leaves DIR/obj/*.o (about 790 objects) and the kernel's types DIR/vmlinux.btf. What is there already is kept, so a second run is short. Needs Debian, root for the packages,
# and a kernel with /sys/kernel/btf/vmlinux. Sources and objects are GPL-2.0: they stay in DIR, outside this repository.
set -euo pipefail

series=6.12
clang=${SKEP_CLANG:-clang-19}
flags=${SKEP_CFLAGS:--mcpu=v3 -O2}
tarball=${SKEP_LINUX:-/usr/src/linux-source-$series.tar.xz}
dir=${1:-${SKEP_CORPUS:-$HOME/.cache/skep/corpus}}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
step() { printf '[%s] %s\n' "$(date +%H:%M:%S)" "$*"; }

install_packages() {
  local wanted=("$clang" "llvm-${clang#clang-}" bpftool libelf-dev zlib1g-dev pkg-config gcc make python3 xz-utils)
  [ -n "${SKEP_LINUX:-}" ] || wanted+=("linux-source-$series")
  local missing=() p
  for p in "${wanted[@]}"; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

unpack_source() {
  [ -d "$dir/linux" ] && return 0
  step "unpacking the selftests of $(basename "$tarball")"
  local part=$dir/linux.part top
  top=$(tar tf "$tarball" 2>/dev/null | sed -n '1s#/.*##p;1q' || true)
  rm -rf "$part" && mkdir "$part"
  tar xf "$tarball" -C "$part" --strip-components=1 --wildcards "$top/tools/*" "$top/scripts/*" "$top/include/uapi/*"
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
  local bpftool=bpftool
  if [ -n "${SKEP_LINUX:-}" ]; then # selftests of later kernels want kernel functions declared there, which only their own bpftool does
    mkdir -p "$dir/bpftool"
    make -s -C "$dir/linux/tools/bpf/bpftool" OUTPUT="$dir/bpftool/" bootstrap >"$dir/bpftool/make.log" 2>&1
    bpftool=$dir/bpftool/bootstrap/bpftool
  fi
  "$bpftool" btf dump file /sys/kernel/btf/vmlinux format c >"$dir/vmlinux.h"
}

# One selftest; a source that does not compile against this kernel leaves its reason in log/ and no object.
compile() {
  local name out
  name=$(basename "$1" .c) out=$dir/obj/$name.o
  [ -s "$out" ] && return 0
  # shellcheck disable=SC2086 # flags are words
  "$clang" --target=bpf -mlittle-endian $flags -g -Wno-everything -D__TARGET_ARCH_x86 -DENABLE_ATOMICS_TESTS \
    -I"$dir" -I"$dir/libbpf/root/usr/include" -I"$tests" -I"$tests/libarena/include" -I"$dir/linux/tools/include/uapi" -I"/usr/include/$(uname -m)-linux-gnu" \
    -c "$1" -o "$out" 2>"$dir/log/$name.err" || rm -f "$out"
}

install_packages
unpack_source
install_headers
kernel_types
mkdir -p "$dir/obj" "$dir/log"
tests=$dir/linux/tools/testing/selftests/bpf
export dir tests clang flags
export -f compile
sources=("$tests"/progs/*.c)
step "compiling ${#sources[@]} selftests on $(nproc) processors"
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
step "$(find "$dir/obj" -name '*.o' | wc -l) objects in $dir/obj"
