package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;

/** Helpers on sockets. The host finds them and owns their memory; without a host that does, there are none. */
public final class SocketHelpers {
    private static final int NOBODY = 65534;

    private SocketHelpers() {}

    static void register() {
        add(84, "bpf_sk_lookup_tcp", "lookupTcp", SocketHelpers::lookupTcp);
        add(99, "bpf_skc_lookup_tcp", "lookupTcp", SocketHelpers::lookupTcp);
        add(85, "bpf_sk_lookup_udp", "lookupUdp", SocketHelpers::lookupUdp);
        add(86, "bpf_sk_release", "release", SocketHelpers::release);
        add(95, "bpf_sk_fullsock", "same", SocketHelpers::same);
        add(98, "bpf_get_listener_sock", "nothing", SocketHelpers::nothing);
        add(96, "bpf_tcp_sock", "cast", SocketHelpers::cast);
        add(136, "bpf_skc_to_tcp6_sock", "cast", SocketHelpers::cast);
        add(137, "bpf_skc_to_tcp_sock", "cast", SocketHelpers::cast);
        add(138, "bpf_skc_to_tcp_timewait_sock", "nothing", SocketHelpers::nothing);
        add(139, "bpf_skc_to_tcp_request_sock", "nothing", SocketHelpers::nothing);
        add(140, "bpf_skc_to_udp6_sock", "cast", SocketHelpers::cast);
        add(178, "bpf_skc_to_unix_sock", "cast", SocketHelpers::cast);
        add(196, "bpf_skc_to_mptcp_sock", "cast", SocketHelpers::cast);
        add(162, "bpf_sock_from_file", "nothing", SocketHelpers::nothing);
        add(46, "bpf_get_socket_cookie", "cookie", SocketHelpers::cookie);
        add(122, "bpf_get_netns_cookie", "netnsCookie", SocketHelpers::netnsCookie);
        add(47, "bpf_get_socket_uid", "uid", SocketHelpers::uid);
        add(49, "bpf_setsockopt", "setOption", SocketHelpers::setOption);
        add(57, "bpf_getsockopt", "getOption", SocketHelpers::getOption);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, SocketHelpers.class, method, function);
    }

    private static long lookup(RunContext cx, boolean tcp, long tuple, long size, long netns, long flags) {
        long bytes = size & 0xffff_ffffL;
        if (bytes != 12 && bytes != 36 || flags != 0) {
            return 0;
        }
        return cx.host().findSocket(tcp, SlabAccess.slice(cx.memory(), tuple, bytes), netns);
    }

    public static long lookupTcp(RunContext cx, long ctx, long tuple, long size, long netns, long flags) {
        return lookup(cx, true, tuple, size, netns, flags);
    }

    public static long lookupUdp(RunContext cx, long ctx, long tuple, long size, long netns, long flags) {
        return lookup(cx, false, tuple, size, netns, flags);
    }

    public static long release(RunContext cx, long socket, long r2, long r3, long r4, long r5) {
        cx.host().releaseSocket(socket);
        return 0;
    }

    public static long same(RunContext cx, long socket, long r2, long r3, long r4, long r5) {
        return socket;
    }

    public static long nothing(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    /** A socket as another struct: what the host says it is. */
    public static long cast(RunContext cx, long socket, long r2, long r3, long r4, long r5) {
        return socket == 0 ? 0 : cx.host().castSocket(socket);
    }

    public static long cookie(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return cx.host().socketCookie(ctx);
    }

    public static long netnsCookie(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return 1;
    }

    public static long uid(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return NOBODY;
    }

    public static long setOption(RunContext cx, long ctx, long level, long name, long value, long size) {
        return cx.host().socketOption((int) level, (int) name, SlabAccess.slice(cx.memory(), value, (int) size), true);
    }

    public static long getOption(RunContext cx, long ctx, long level, long name, long value, long size) {
        if ((int) size < 0) {
            return -Errno.EINVAL;
        }
        SlabAccess.fill(cx.memory(), value, (int) size, (byte) 0);
        return cx.host().socketOption((int) level, (int) name, SlabAccess.slice(cx.memory(), value, (int) size), false);
    }
}
