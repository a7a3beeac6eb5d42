#!/usr/bin/env bash
# Replays a capture of a million packets, web.pcap over and over, with the TCP-options example; the capture stays in benchmarks/target.
# usage: benchmarks/capture.sh [PACKETS]
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
packets=${1:-1000000}
folder=$home/benchmarks/target
capture=$folder/web-$packets.pcap
mkdir -p "$folder"
if [ ! -e "$capture" ]; then
    # a 24-byte header, then records; only the records are repeated
    python3 - "$home/examples/tcp-options/web.pcap" "$capture.part" "$packets" <<'PYTHON'
import struct, sys
source, target, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = open(source, "rb").read()
starts, at = [], 24
while at < len(data):
    starts.append(at)
    at += 16 + struct.unpack_from("<I", data, at + 8)[0]
starts.append(at)
with open(target, "wb") as out:
    out.write(data[:24])
    while wanted > 0:
        count = min(wanted, len(starts) - 1)
        out.write(data[24:starts[count]])
        wanted -= count
PYTHON
    mv "$capture.part" "$capture"
fi
cpu=$(($(nproc) - 1))
exec taskset -c "$cpu" "$home/skep" run "$home/examples/tcp-options/tcp_options.bpf.o" "$capture" --out "$folder/web-after.pcap" --timeline \
    > >(tail -n 25)
