"""The server and the clients behind web.pcap: plain HTTP/1.1 over loopback, with TCP options that vary from one connection to the next."""

import http.server
import socket
import struct
import sys
import threading

TCP_MD5SIG = 14
TCP_FASTOPEN = 23
TCP_FASTOPEN_CONNECT = 30
SETTINGS = "/proc/sys/net/ipv4/"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"hive " * (len(self.path) % 60)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64

    def __init__(self, family, address, sign):
        self.address_family = family
        self.sign = sign
        super().__init__((address, 0), Handler)

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
        if self.sign:
            self.socket.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, md5_key(self.address_family))
        super().server_bind()
        threading.Thread(target=self.serve_forever, daemon=True).start()


def md5_key(family, key=b"honeycomb"):
    address = struct.pack("H", family)
    if family == socket.AF_INET:
        address += struct.pack("!H4s", 0, socket.inet_aton("127.0.0.1"))
    else:
        address += struct.pack("!HI16sI", 0, 0, socket.inet_pton(socket.AF_INET6, "::1"), 0)
    return address.ljust(128, b"\0") + struct.pack("BBHi", 0, 0, len(key), 0) + key.ljust(80, b"\0")


def setting(name, value):
    with open(SETTINGS + name, "w") as f:
        f.write(str(value))


def connect(n, server, family, address):
    client = socket.socket(family, socket.SOCK_STREAM)
    client.settimeout(5)
    if n % 3 == 0:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536 + n)
    if n % 4 == 0:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096 << (n % 7))
    if n % 5 == 0:
        client.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    if server.sign:
        client.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, md5_key(family))
    client.connect((address, server.server_address[1]))
    client.sendall(b"GET /%s HTTP/1.1\r\nHost: hive\r\nConnection: close\r\n\r\n" % (b"x" * (n % 60)))
    while client.recv(65536):
        pass
    client.close()


def main():
    connections = int(sys.argv[1])
    setting("tcp_fastopen", 3)
    servers = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        servers.append((Server(family, address, False), family, address))
        try:
            servers.append((Server(family, address, True), family, address))
        except OSError as refused:
            print(f"no signed connections over {address}: {refused}", file=sys.stderr)
    for n in range(connections):
        setting("tcp_timestamps", n // 8 % 2)
        setting("tcp_sack", n // 16 % 2)
        setting("tcp_window_scaling", 0 if n % 11 == 0 else 1)
        connect(n, *servers[n % len(servers)])


main()
