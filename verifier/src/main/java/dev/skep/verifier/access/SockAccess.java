package dev.skep.verifier.access;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Sockets as programs see them: read-only views of fixed layout ({@code struct bpf_sock}, {@code bpf_tcp_sock}, {@code bpf_xdp_sock}).
 *
 * <p><em>Source</em>: Linux uapi/linux/bpf.h for the layouts; accepted sizes as observed on Linux 6.18.
 */
final class SockAccess {
    private static final int SOCK_BYTES = 80;
    private static final int TYPE = 8;
    private static final int PRIORITY_END = 24;
    private static final int DST_PORT = 48;
    private static final int DST_IP4 = 52;
    private static final int TCP_BYTES_RECEIVED = 80;
    private static final int TCP_BYTES_ACKED = 88;
    private static final int TCP_SOCK_BYTES = 116;

    private SockAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size) {
        if (reg.var.smin < 0) {
            throw w.reject(Reject.EACCES, MemoryRegion.NEGATIVE, base);
        }
        boolean valid = off >= 0 && off % size == 0 && switch (reg.type) {
            case RegType.SockCommon _ -> (off < TYPE || off >= PRIORITY_END) && sockField(off, size);
            case RegType.Socket _ -> sockField(off, size);
            case RegType.TcpSock _ -> off < TCP_SOCK_BYTES
                    && size == (off == TCP_BYTES_RECEIVED || off == TCP_BYTES_ACKED ? 8 : 4);
            default -> off == 0 && size == 4;
        };
        if (!valid) {
            throw w.reject(
                    Reject.EACCES, "R%d invalid %s access off=%d size=%d", base, reg.type.kernelName(), off, size);
        }
        return RegState.UNKNOWN;
    }

    /** Four-byte fields, most of which may be read in part; the destination port has two bytes and two of padding. */
    private static boolean sockField(int off, int size) {
        if (off >= SOCK_BYTES) {
            return false;
        }
        if (off >= DST_PORT && off < DST_IP4) {
            return off == DST_PORT && size == 4 || off < DST_PORT + 2 && size <= 2;
        }
        boolean wholeOnly = off < 4 || off >= 16 && off < PRIORITY_END;
        return size == 4 || !wholeOnly && size < 4;
    }
}
