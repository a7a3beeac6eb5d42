#!/usr/bin/env bash
# Records web.pcap: a real HTTP server and real clients on loopback, in a network namespace of their own, so that nothing else is in it.
# The clients' socket options and the namespace's settings vary, and so do the TCP options on the wire.
# usage: sudo ./capture.sh [CONNECTIONS]     needs: ip (iproute2), tcpdump, python3
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
connections=${1:-420}
for tool in ip tcpdump python3; do
    command -v "$tool" >/dev/null || { echo "capture.sh: install $tool first" >&2; exit 2; }
done
netns=skep-capture-$$
ip netns add "$netns"
trap 'ip netns pids "$netns" | xargs -r kill 2>/dev/null || true; ip netns del "$netns"' EXIT
ip netns exec "$netns" ip link set lo up
ip netns exec "$netns" tcpdump -q -i lo -U -s 0 -w "$here/web.pcap" tcp 2>/dev/null &
sleep 1
ip netns exec "$netns" python3 "$here/traffic.py" "$connections"
sleep 1
ip netns pids "$netns" | xargs -r kill -INT 2>/dev/null || true
wait
ls -l "$here/web.pcap"
