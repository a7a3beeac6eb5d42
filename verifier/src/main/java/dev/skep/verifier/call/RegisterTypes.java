package dev.skep.verifier.call;

import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Lists of register types that an argument class takes, and the sentence that names them: {@code R2 type=ctx
 * expected=fp, pkt, ...}.
 *
 * <p><em>Shape</em>: an entry is a kind of pointer with exactly these flags; the order is that of the message.
 */
public enum RegisterTypes {
    SCALAR(entry(RegType.Scalar.class, 0, "scalar")),
    CTX(entry(RegType.Ctx.class, 0, "ctx")),
    MAP_PTR(entry(RegType.MapPtr.class, 0, "map_ptr")),
    STACK(entry(RegType.Stack.class, 0, "fp")),
    FUNC(entry(RegType.Func.class, 0, "func")),
    RINGBUF_MEM(entry(RegType.Mem.class, PtrFlags.RINGBUF, "ringbuf_mem")),
    MAP_VALUE(entry(RegType.MapValue.class, 0, "map_value")),
    DYNPTR(entry(RegType.Stack.class, 0, "fp"), entry(RegType.DynptrPtr.class, 0, "dynptr_ptr")),
    MEMORY(
            entry(RegType.Stack.class, 0, "fp"),
            entry(RegType.Packet.class, 0, "pkt"),
            entry(RegType.PacketMeta.class, 0, "pkt_meta"),
            entry(RegType.MapKey.class, 0, "map_key"),
            entry(RegType.MapValue.class, 0, "map_value"),
            entry(RegType.Mem.class, 0, "mem"),
            entry(RegType.Mem.class, PtrFlags.RINGBUF, "ringbuf_mem"),
            entry(RegType.Buf.class, 0, "buf"),
            entry(RegType.BtfPtr.class, PtrFlags.TRUSTED, "trusted_ptr_")),
    SOCK_COMMON(
            entry(RegType.SockCommon.class, 0, "sock_common"),
            entry(RegType.Socket.class, 0, "sock"),
            entry(RegType.TcpSock.class, 0, "tcp_sock"),
            entry(RegType.XdpSock.class, 0, "xdp_sock")),
    SOCKET(entry(RegType.Socket.class, 0, "sock")),
    BTF_SOCK_COMMON(
            entry(RegType.SockCommon.class, 0, "sock_common"),
            entry(RegType.Socket.class, 0, "sock"),
            entry(RegType.TcpSock.class, 0, "tcp_sock"),
            entry(RegType.XdpSock.class, 0, "xdp_sock"),
            entry(RegType.BtfPtr.class, 0, "ptr_"),
            entry(RegType.BtfPtr.class, PtrFlags.TRUSTED, "trusted_ptr_")),
    BTF(
            entry(RegType.BtfPtr.class, 0, "ptr_"),
            entry(RegType.BtfPtr.class, PtrFlags.TRUSTED, "trusted_ptr_"),
            entry(RegType.BtfPtr.class, PtrFlags.RCU, "rcu_ptr_")),
    PERCPU_BTF(
            entry(RegType.BtfPtr.class, PtrFlags.PERCPU, "percpu_ptr_"),
            entry(RegType.BtfPtr.class, PtrFlags.PERCPU | PtrFlags.RCU, "percpu_rcu_ptr_"),
            entry(RegType.BtfPtr.class, PtrFlags.PERCPU | PtrFlags.TRUSTED, "percpu_trusted_ptr_")),
    /** Where locks and kptr slots live: a map value or an object that the program allocated. */
    FIELD_OWNER(entry(RegType.MapValue.class, 0, "map_value"), entry(RegType.BtfPtr.class, PtrFlags.ALLOC, "ptr_"));

    private record Entry(Class<? extends RegType> kind, int flags, String name) {}

    private static Entry entry(Class<? extends RegType> kind, int flags, String name) {
        return new Entry(kind, flags, name);
    }

    private final Entry[] entries;

    RegisterTypes(Entry... entries) {
        this.entries = entries;
    }

    /** True when {@code type}, without the flags in {@code ignored}, is in the list. */
    public boolean accepts(RegType type, int ignored) {
        int flags = type.flags() & ~ignored;
        for (Entry e : entries) {
            if (e.flags == flags && e.kind == type.getClass()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Rejects a register whose type is not in the list.
     *
     * @param ignored flags that do not matter for this argument
     */
    public void expect(Walk walk, int reg, int ignored) {
        RegState state = walk.reg(reg);
        if (!accepts(state.type, ignored)) {
            throw walk.reject(Reject.EACCES, "R%d type=%s expected=%s", reg, state.type.kernelName(), names());
        }
    }

    /** The list as messages print it. */
    public String names() {
        StringBuilder s = new StringBuilder();
        for (Entry e : entries) {
            s.append(s.isEmpty() ? "" : ", ").append(e.name);
        }
        return s.toString();
    }
}
