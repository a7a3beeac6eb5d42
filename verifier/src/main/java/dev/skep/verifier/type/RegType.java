package dev.skep.verifier.type;

import dev.skep.kernel.DynptrType;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;

/**
 * The type of a register: nothing, a number, or one of the pointer kinds with what only that kind has. Immutable;
 * compared by value.
 *
 * <p><em>Source</em>: Linux 6.18 include/linux/bpf.h, enum bpf_reg_type.
 */
public sealed interface RegType {
    /**
     * The name in the log, flags and {@code _or_null} included, without BTF struct name: {@code rdonly_mem_or_null}.
     */
    String kernelName();

    /** {@link PtrFlags} of a pointer, 0 for the rest. */
    default int flags() {
        return 0;
    }

    /** The same kind with other flags; kinds without flags return themselves. */
    default RegType withFlags(int flags) {
        return this;
    }

    default boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    default boolean maybeNull() {
        return has(PtrFlags.MAYBE_NULL);
    }

    default RegType with(int flag) {
        return withFlags(flags() | flag);
    }

    default RegType without(int flag) {
        return withFlags(flags() & ~flag);
    }

    private static String named(int flags, String name) {
        String s = PtrFlags.prefix(flags) + name;
        return (flags & PtrFlags.MAYBE_NULL) != 0 ? s + "_or_null" : s;
    }

    NotInit NOT_INIT = new NotInit();
    Scalar SCALAR = new Scalar();

    record NotInit() implements RegType {
        @Override
        public String kernelName() {
            return "?";
        }
    }

    record Scalar() implements RegType {
        @Override
        public String kernelName() {
            return "scalar";
        }
    }

    /** Every pointer. */
    sealed interface Pointer extends RegType {}

    record Ctx(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "ctx");
        }

        @Override
        public RegType withFlags(int f) {
            return new Ctx(f);
        }
    }

    /** A map itself; {@code uid} tells inner maps of different lookups apart, 0 for maps that the program names. */
    record MapPtr(int flags, MapSpec map, int uid) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "map_ptr");
        }

        @Override
        public RegType withFlags(int f) {
            return new MapPtr(f, map, uid);
        }
    }

    record MapValue(int flags, MapSpec map, int uid) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "map_value");
        }

        @Override
        public RegType withFlags(int f) {
            return new MapValue(f, map, uid);
        }
    }

    record MapKey(int flags, MapSpec map, int uid) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "map_key");
        }

        @Override
        public RegType withFlags(int f) {
            return new MapKey(f, map, uid);
        }
    }

    /** The stack of frame number {@code frame}. */
    record Stack(int frame) implements Pointer {
        private static final Stack[] CACHE = new Stack[16];

        static {
            for (int i = 0; i < CACHE.length; i++) {
                CACHE[i] = new Stack(i);
            }
        }

        public static Stack of(int frame) {
            return CACHE[frame];
        }

        @Override
        public String kernelName() {
            return "fp";
        }
    }

    /** Packet bytes; {@code range} bytes from the base are proved, -1 at the end, -2 beyond it. */
    record Packet(int flags, int range) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "pkt");
        }

        @Override
        public RegType withFlags(int f) {
            return new Packet(f, range);
        }
    }

    record PacketMeta(int flags, int range) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "pkt_meta");
        }

        @Override
        public RegType withFlags(int f) {
            return new PacketMeta(f, range);
        }
    }

    record PacketEnd(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "pkt_end");
        }

        @Override
        public RegType withFlags(int f) {
            return new PacketEnd(f);
        }
    }

    record FlowKeys(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "flow_keys");
        }

        @Override
        public RegType withFlags(int f) {
            return new FlowKeys(f);
        }
    }

    /**
     * A full socket; {@code map} is the socket map it was found in, null if none (Linux never takes the two for the
     * same).
     */
    record Socket(int flags, MapSpec map) implements Pointer {
        public Socket(int flags) {
            this(flags, null);
        }

        @Override
        public String kernelName() {
            return named(flags, "sock");
        }

        @Override
        public RegType withFlags(int f) {
            return new Socket(f, map);
        }
    }

    record SockCommon(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "sock_common");
        }

        @Override
        public RegType withFlags(int f) {
            return new SockCommon(f);
        }
    }

    record TcpSock(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "tcp_sock");
        }

        @Override
        public RegType withFlags(int f) {
            return new TcpSock(f);
        }
    }

    record XdpSock(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "xdp_sock");
        }

        @Override
        public RegType withFlags(int f) {
            return new XdpSock(f);
        }
    }

    /** The writable buffer of a raw_tracepoint_writable program. */
    record TpBuffer(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "tp_buffer");
        }

        @Override
        public RegType withFlags(int f) {
            return new TpBuffer(f);
        }
    }

    /**
     * A kernel object, or one that the program allocated ({@link PtrFlags#ALLOC}), of struct {@code typeId} in {@code
     * btf}.
     */
    record BtfPtr(int flags, Btf btf, int typeId) implements Pointer {
        @Override
        public String kernelName() {
            return PtrFlags.prefix(flags) + ((flags & PtrFlags.MAYBE_NULL) != 0 ? "ptr_or_null_" : "ptr_");
        }

        @Override
        public RegType withFlags(int f) {
            return new BtfPtr(f, btf, typeId);
        }

        /** The struct's C name. */
        public String structName() {
            return btf.type(typeId).name();
        }
    }

    /**
     * Memory of {@code size} bytes; {@code dynptrId} ties it to the dynptr that it is a slice of, 0 if none; {@code
     * frame} is the number of the frame with whose return it is gone, -1 if none.
     */
    record Mem(int flags, int size, int dynptrId, int frame) implements Pointer {
        public Mem(int flags, int size, int dynptrId) {
            this(flags, size, dynptrId, -1);
        }

        @Override
        public String kernelName() {
            return named(flags, "mem");
        }

        @Override
        public RegType withFlags(int f) {
            return new Mem(f, size, dynptrId, frame);
        }
    }

    /** A buffer whose bound is checked when the program is attached. */
    record Buf(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "buf");
        }

        @Override
        public RegType withFlags(int f) {
            return new Buf(f);
        }
    }

    record Arena(int flags) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "arena");
        }

        @Override
        public RegType withFlags(int f) {
            return new Arena(f);
        }
    }

    /** A static subprogram, by number. */
    record Func(int flags, int subprogram) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "func");
        }

        @Override
        public RegType withFlags(int f) {
            return new Func(f, subprogram);
        }
    }

    /** A const dynptr handed to a callback or global function. */
    record DynptrPtr(int flags, DynptrType dynptr, int dynptrId) implements Pointer {
        @Override
        public String kernelName() {
            return named(flags, "dynptr_ptr");
        }

        @Override
        public RegType withFlags(int f) {
            return new DynptrPtr(f, dynptr, dynptrId);
        }
    }
}
