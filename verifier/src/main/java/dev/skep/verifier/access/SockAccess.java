package dev.skep.verifier.access;

import dev.skep.kernel.context.ContextLayout;
import dev.skep.kernel.context.ObjectLayouts;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Sockets as programs see them: read-only views of fixed layout ({@code struct bpf_sock}, {@code bpf_tcp_sock}, {@code
 * bpf_xdp_sock}).
 *
 * <p><em>Source</em>: Linux uapi/linux/bpf.h for the layouts; accepted sizes as observed on Linux 6.18.
 */
final class SockAccess {
    private SockAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size) {
        if (reg.var.smin < 0) {
            throw w.reject(Reject.EACCES, MemoryRegion.NEGATIVE, base);
        }
        ContextLayout layout = switch (reg.type) {
            case RegType.SockCommon _ -> ObjectLayouts.SOCK_COMMON;
            case RegType.Socket _ -> ObjectLayouts.SOCKET;
            case RegType.TcpSock _ -> ObjectLayouts.TCP_SOCK;
            default -> ObjectLayouts.XDP_SOCK;
        };
        if (layout.access(off, size, false) == null) {
            throw w.reject(
                    Reject.EACCES, "R%d invalid %s access off=%d size=%d", base, reg.type.kernelName(), off, size);
        }
        return RegState.UNKNOWN;
    }
}
