package dev.skep.verifier.access;

import dev.skep.kernel.context.ContextAccess;
import dev.skep.kernel.context.ContextLayout;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * The context in R1: fields by the program type's table, or arguments by the attach target's prototype ({@link
 * BtfCtxAccess}).
 */
final class CtxAccess {
    private CtxAccess() {}

    static RegState load(Walk w, int base, RegState reg, int off, int size, boolean signed, boolean wanted) {
        PointerOffset.requireNone(w, base, reg);
        ContextLayout layout = w.kernel.context(w.program.type(), w.program.attachType());
        if (layout == null) {
            RegState loaded = BtfCtxAccess.load(w, off, size);
            if (loaded == null) {
                throw invalid(w, off, size);
            }
            return wanted && loaded.type.maybeNull() ? loaded.withId(w.nextId()) : loaded;
        }
        ContextAccess access = layout.access(off, size, false);
        if (access == null || forbidden(w, access, false) || signed && access.kind() != ContextAccess.Kind.SCALAR) {
            throw invalid(w, off, size);
        }
        return wanted ? value(w, access) : null;
    }

    static void store(Walk w, int base, RegState reg, int off, int size, StoredValue value) {
        if (value.leaks(w)) {
            throw w.reject(Reject.EACCES, "R%d leaks addr into ctx", value.register());
        }
        PointerOffset.requireNone(w, base, reg);
        ContextLayout layout = w.kernel.context(w.program.type(), w.program.attachType());
        ContextAccess access = layout == null ? null : layout.access(off, size, true);
        if (access == null || forbidden(w, access, true)) {
            throw invalid(w, off, size);
        }
    }

    private static boolean forbidden(Walk w, ContextAccess access, boolean write) {
        return !w.bpfCapable && w.kernel.contextNeedsBpf(w.program.type(), access.field(), write);
    }

    private static Reject invalid(Walk w, int off, int size) {
        return w.reject(Reject.EACCES, "invalid bpf_context access off=%d size=%d", off, size);
    }

    private static RegState value(Walk w, ContextAccess access) {
        int flags = access.nullable() ? PtrFlags.MAYBE_NULL : 0;
        RegType type = switch (access.kind()) {
            case SCALAR -> null;
            case PACKET -> new RegType.Packet(flags, 0);
            case PACKET_META -> new RegType.PacketMeta(flags, 0);
            case PACKET_END -> new RegType.PacketEnd(flags);
            case FLOW_KEYS -> new RegType.FlowKeys(flags);
            case SOCKET -> new RegType.Socket(flags);
            case SOCK_COMMON -> new RegType.SockCommon(flags);
            case BTF_PTR -> btfPointer(w, access, flags);
            case TP_BUFFER -> new RegType.TpBuffer(flags);
            case RDONLY_BUF -> new RegType.Buf(flags | PtrFlags.RDONLY);
            case RDWR_BUF -> new RegType.Buf(flags);
        };
        return type == null ? RegState.UNKNOWN : RegState.pointer(type, 0, flags == 0 ? 0 : w.nextId(), 0);
    }

    private static RegType btfPointer(Walk w, ContextAccess access, int flags) {
        int id = w.kernel.btf().find(access.struct(), BtfType.Struct.class);
        return id < 0
                ? RegType.SCALAR
                : new RegType.BtfPtr(flags | (access.trusted() ? PtrFlags.TRUSTED : 0), w.kernel.btf(), id);
    }
}
