package dev.skep.verifier.insn;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * One instruction, one kind of pointer: accesses through contexts, sockets, kernel objects and arenas are rewritten, so
 * all paths must agree.
 */
final class PointerKinds {
    private PointerKinds() {}

    /**
     * Notes the pointer that the current instruction has accessed memory through.
     *
     * @param trustMayDiffer a load: trusted on one path and not on another is fine, it becomes a probing load
     */
    static void note(Walk w, RegType type, boolean trustMayDiffer) {
        RegType before = w.accessedThrough[w.insn];
        if (before == null) {
            w.accessedThrough[w.insn] = type;
            return;
        }
        if (before == type || sameKind(before, type) || !rewritten(before) && !rewritten(type)) {
            return;
        }
        if (trustMayDiffer && probed(before) && probed(type)) {
            if (type.has(PtrFlags.UNTRUSTED)) {
                w.accessedThrough[w.insn] = type;
            }
            return;
        }
        throw w.reject(Reject.EINVAL, "same insn cannot be used with different pointers");
    }

    private static boolean sameKind(RegType a, RegType b) {
        return a.getClass() == b.getClass() && a.flags() == b.flags();
    }

    private static boolean rewritten(RegType type) {
        return switch (type) {
            case RegType.Ctx _,
                    RegType.Socket _,
                    RegType.SockCommon _,
                    RegType.TcpSock _,
                    RegType.XdpSock _,
                    RegType.BtfPtr _,
                    RegType.Arena _ -> true;
            default -> false;
        };
    }

    private static boolean probed(RegType type) {
        return type instanceof RegType.BtfPtr || type instanceof RegType.Mem;
    }
}
