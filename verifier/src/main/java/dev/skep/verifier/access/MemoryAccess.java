package dev.skep.verifier.access;

import dev.skep.kernel.program.ProgramFacts.Region;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * Every memory access of a program: loads and stores, and memory handed to calls. Dispatches on the kind of pointer.
 *
 * <p><em>Errors</em>: what is not allowed is thrown as {@link Reject}.
 */
public final class MemoryAccess {
    private static final int FLOW_KEYS_BYTES = 56;

    private MemoryAccess() {}

    /**
     * {@code dst = *(size *)(base + off)}.
     *
     * @param dst -1 checks the right to read only
     */
    public static void load(Walk w, int base, int off, int size, boolean signed, int dst) {
        load(w, base, off, size, signed, dst, false);
    }

    /** As {@link #load}; {@code aligned} demands natural alignment whatever the mode. */
    public static void load(Walk w, int base, int off, int size, boolean signed, int dst, boolean aligned) {
        RegState reg = w.reg(base);
        Alignment.check(w, reg, off, size, aligned);
        RegState loaded = read(w, base, reg, off + reg.off, size, signed, dst >= 0);
        if (dst < 0) {
            return;
        }
        if (size < 8 && loaded.isScalar()) {
            var narrow = signed ? loaded.var.signExtend(size * 8) : loaded.var.truncate(size);
            loaded = signed && loaded.id != 0 && !narrow.equals(loaded.var)
                    ? loaded.withVar(narrow).withId(0)
                    : loaded.withVar(narrow);
        }
        w.setReg(dst, loaded);
    }

    /** {@code *(size *)(base + off) = src}, or the constant {@code imm} when {@code src} is -1. */
    public static void store(Walk w, int base, int off, int size, int src, long imm) {
        store(w, base, off, size, src < 0 ? StoredValue.ofImmediate(imm) : StoredValue.ofRegister(w, src), false);
    }

    /** A store of who knows what, naturally aligned: what an atomic operation leaves. */
    public static void storeUnknown(Walk w, int base, int off, int size) {
        store(w, base, off, size, StoredValue.UNKNOWN, true);
    }

    static void store(Walk w, int base, int off, int size, StoredValue value, boolean aligned) {
        RegState reg = w.reg(base);
        Alignment.check(w, reg, off, size, aligned);
        write(w, base, reg, off + reg.off, size, value);
    }

    /** A store of a register, naturally aligned. */
    public static void storeAligned(Walk w, int base, int off, int size, int src) {
        store(w, base, off, size, StoredValue.ofRegister(w, src), true);
    }

    /** The call just made has filled {@code size} bytes behind {@code base}, byte by byte. */
    public static void markWritten(Walk w, int base, int size) {
        RegState reg = w.reg(base);
        for (int i = 0; i < size; i++) {
            write(w, base, reg, i + reg.off, 1, StoredValue.UNKNOWN);
        }
    }

    private static RegState read(Walk w, int base, RegState reg, int off, int size, boolean signed, boolean wanted) {
        switch (reg.type) {
            case RegType.Stack _ -> {
                StackNotes.access(w, reg, off, size);
                return StackAccess.load(w, base, reg, off, size, wanted);
            }
            case RegType.MapValue m
            when m.flags() == 0 -> {
                w.facts.access(w.insn, Region.MAP_VALUE);
                return MapValueAccess.load(w, base, reg, off, size, signed, wanted);
            }
            case RegType.Packet p
            when p.flags() == 0 -> {
                w.facts.access(w.insn, Region.PACKET);
                PacketAccess.require(w, base, reg, off, size, false);
                return RegState.UNKNOWN;
            }
            case RegType.PacketMeta p
            when p.flags() == 0 -> {
                w.facts.access(w.insn, Region.PACKET_META);
                PacketAccess.require(w, base, reg, off, size, false);
                return RegState.UNKNOWN;
            }
            case RegType.Ctx _ -> {
                w.facts.access(w.insn, Region.CTX);
                return CtxAccess.load(w, base, reg, off, size, signed, wanted);
            }
            case RegType.Mem m
            when !m.maybeNull() -> {
                w.facts.access(w.insn, Region.MEM);
                if (!untrusted(m)) {
                    MemoryRegion.check(w, base, reg, off, size, Integer.toUnsignedLong(m.size()), false);
                }
                return RegState.UNKNOWN;
            }
            case RegType.MapKey m
            when m.flags() == 0 -> {
                w.facts.access(w.insn, Region.MAP_KEY);
                MemoryRegion.check(w, base, reg, off, size, m.map().keySize(), false);
                return RegState.UNKNOWN;
            }
            case RegType.BtfPtr p
            when !p.maybeNull() -> {
                w.facts.access(w.insn, Region.BTF);
                return BtfAccess.load(w, base, reg, off, size, wanted);
            }
            case RegType.FlowKeys f
            when f.flags() == 0 -> {
                w.facts.access(w.insn, Region.FLOW_KEYS);
                requireFlowKeys(w, off, size);
                return RegState.UNKNOWN;
            }
            case RegType.Socket s
            when !s.maybeNull() -> {
                return readSocket(w, base, reg, off, size);
            }
            case RegType.SockCommon s
            when !s.maybeNull() -> {
                return readSocket(w, base, reg, off, size);
            }
            case RegType.TcpSock s
            when !s.maybeNull() -> {
                return readSocket(w, base, reg, off, size);
            }
            case RegType.XdpSock s
            when !s.maybeNull() -> {
                return readSocket(w, base, reg, off, size);
            }
            case RegType.TpBuffer b
            when b.flags() == 0 -> {
                w.facts.access(w.insn, Region.BUFFER);
                BufAccess.require(w, base, reg, off, size);
                return RegState.UNKNOWN;
            }
            case RegType.Buf b
            when !b.maybeNull() -> {
                w.facts.access(w.insn, Region.BUFFER);
                BufAccess.require(w, base, reg, off, size);
                return RegState.UNKNOWN;
            }
            case RegType.MapPtr m
            when m.flags() == 0 -> {
                w.facts.access(w.insn, Region.BTF);
                return MapPtrAccess.load(w, base, reg, off, size, wanted);
            }
            case RegType.Arena _ -> {
                w.facts.access(w.insn, Region.ARENA);
                return RegState.UNKNOWN;
            }
            default -> throw invalid(w, base, reg);
        }
    }

    private static void write(Walk w, int base, RegState reg, int off, int size, StoredValue value) {
        if (value.register() >= 0 && !(reg.type instanceof RegType.Stack)) {
            StackNotes.given(w, value.reg());
        }
        switch (reg.type) {
            case RegType.Stack _ -> {
                StackNotes.access(w, reg, off, size);
                StackStore.store(w, base, reg, off, size, value);
            }
            case RegType.MapValue m
            when m.flags() == 0 -> {
                w.facts.access(w.insn, Region.MAP_VALUE);
                MapValueAccess.store(w, base, reg, off, size, value);
            }
            case RegType.Packet p
            when p.flags() == 0 -> {
                w.facts.access(w.insn, Region.PACKET);
                PacketAccess.requireWrite(w, value);
                PacketAccess.require(w, base, reg, off, size, false);
            }
            case RegType.PacketMeta p
            when p.flags() == 0 -> {
                w.facts.access(w.insn, Region.PACKET_META);
                PacketAccess.requireWrite(w, value);
                PacketAccess.require(w, base, reg, off, size, false);
            }
            case RegType.Ctx _ -> {
                w.facts.access(w.insn, Region.CTX);
                CtxAccess.store(w, base, reg, off, size, value);
            }
            case RegType.Mem m
            when !m.maybeNull() -> {
                w.facts.access(w.insn, Region.MEM);
                requireWritable(w, base, reg);
                refuseLeak(w, value, "mem");
                MemoryRegion.check(w, base, reg, off, size, Integer.toUnsignedLong(m.size()), false);
            }
            case RegType.MapKey m
            when m.flags() == 0 -> throw w.reject(Reject.EACCES, "write to change key R%d not allowed", base);
            case RegType.BtfPtr p
            when !p.maybeNull() -> {
                w.facts.access(w.insn, Region.BTF);
                BtfAccess.store(w, base, reg, off, size);
            }
            case RegType.FlowKeys f
            when f.flags() == 0 -> {
                w.facts.access(w.insn, Region.FLOW_KEYS);
                refuseLeak(w, value, "flow keys");
                requireFlowKeys(w, off, size);
            }
            case RegType.Socket s when !s.maybeNull() -> throw readOnly(w, base, reg);
            case RegType.SockCommon s when !s.maybeNull() -> throw readOnly(w, base, reg);
            case RegType.TcpSock s when !s.maybeNull() -> throw readOnly(w, base, reg);
            case RegType.XdpSock s when !s.maybeNull() -> throw readOnly(w, base, reg);
            case RegType.TpBuffer b
            when b.flags() == 0 -> {
                w.facts.access(w.insn, Region.BUFFER);
                BufAccess.require(w, base, reg, off, size);
            }
            case RegType.Buf b
            when !b.maybeNull() -> {
                w.facts.access(w.insn, Region.BUFFER);
                requireWritable(w, base, reg);
                BufAccess.require(w, base, reg, off, size);
            }
            case RegType.MapPtr m when m.flags() == 0 -> throw MapPtrAccess.store(w, base, reg, off);
            case RegType.Arena _ -> w.facts.access(w.insn, Region.ARENA);
            default -> throw invalid(w, base, reg);
        }
    }

    private static RegState readSocket(Walk w, int base, RegState reg, int off, int size) {
        w.facts.access(w.insn, Region.SOCKET);
        return SockAccess.load(w, base, reg, off, size);
    }

    private static boolean untrusted(RegType type) {
        return type.has(PtrFlags.RDONLY) && type.has(PtrFlags.UNTRUSTED);
    }

    private static Reject invalid(Walk w, int base, RegState reg) {
        return w.reject(Reject.EACCES, "R%d invalid mem access '%s'", base, reg.type.kernelName());
    }

    private static Reject readOnly(Walk w, int base, RegState reg) {
        return w.reject(Reject.EACCES, "R%d cannot write into %s", base, reg.type.kernelName());
    }

    private static void requireWritable(Walk w, int base, RegState reg) {
        if (reg.type.has(PtrFlags.RDONLY)) {
            throw readOnly(w, base, reg);
        }
    }

    private static void refuseLeak(Walk w, StoredValue value, String where) {
        if (value.leaks(w)) {
            throw w.reject(Reject.EACCES, "R%d leaks addr into %s", value.register(), where);
        }
    }

    private static void requireFlowKeys(Walk w, int off, int size) {
        if (!MemoryRegion.fits(off, size, FLOW_KEYS_BYTES, false)) {
            throw w.reject(Reject.EACCES, "invalid access to flow keys off=%d size=%d", off, size);
        }
    }

    /**
     * Memory of a constant size handed to a call.
     *
     * @param zeroAllowed no bytes are fine; then NULL is, too
     * @param meta the call's notes (raw mode: uninitialised stack is fine for output), or null
     */
    public static void region(Walk w, int regNumber, int size, boolean write, boolean zeroAllowed, CallMeta meta) {
        RegState reg = w.reg(regNumber);
        switch (reg.type) {
            case RegType.Stack _ -> StackRange.require(w, regNumber, reg, reg.off, size, zeroAllowed, write, meta);
            case RegType.Packet _, RegType.PacketMeta _ ->
                PacketAccess.require(w, regNumber, reg, reg.off, size, zeroAllowed);
            case RegType.MapKey m -> {
                if (write) {
                    throw readOnly(w, regNumber, reg);
                }
                MemoryRegion.check(w, regNumber, reg, reg.off, size, m.map().keySize(), false);
            }
            case RegType.MapValue _ ->
                MapValueAccess.require(w, regNumber, reg, reg.off, size, write, zeroAllowed, false);
            case RegType.Mem m -> {
                if (write) {
                    requireWritable(w, regNumber, reg);
                }
                MemoryRegion.check(w, regNumber, reg, reg.off, size, Integer.toUnsignedLong(m.size()), zeroAllowed);
            }
            case RegType.Buf _ -> {
                if (write) {
                    requireWritable(w, regNumber, reg);
                }
                BufAccess.require(w, regNumber, reg, reg.off, size);
            }
            case RegType.BtfPtr _ -> BtfAccess.load(w, regNumber, reg, reg.off, size, false);
            case RegType.Ctx _
            when hasPlainContext(w) -> {
                if (size == 0) {
                    if (!zeroAllowed) {
                        throw Reject.at(w.insn, Reject.EACCES, "");
                    }
                } else if (write) {
                    store(w, regNumber, size - 1, 1, StoredValue.UNKNOWN, false);
                } else {
                    load(w, regNumber, size - 1, 1, false, -1);
                }
            }
            default -> {
                if (!(zeroAllowed && size == 0 && reg.isNull())) {
                    throw w.reject(Reject.EACCES, "R%d type=%s expected=fp", regNumber, reg.type.kernelName());
                }
            }
        }
    }

    /** Types whose context is memory as it is, not a view that the kernel rewrites. */
    private static boolean hasPlainContext(Walk w) {
        return switch (w.program.type()) {
            case SYSCALL,
                    TRACEPOINT,
                    RAW_TRACEPOINT,
                    RAW_TRACEPOINT_WRITABLE,
                    KPROBE,
                    NETFILTER,
                    TRACING,
                    LSM,
                    STRUCT_OPS -> true;
            default -> false;
        };
    }

    /** Memory in {@code memReg} of the size in {@code sizeReg}, handed to a call; the size becomes precise. */
    public static void sized(Walk w, int memReg, int sizeReg, boolean write, boolean zeroAllowed, CallMeta meta) {
        RegState size = w.reg(sizeReg);
        if (meta != null) {
            meta.maxSize = size.var.umax;
        }
        CallMeta passed = size.var.isConst() ? meta : null;
        if (size.var.smin < 0) {
            throw w.reject(Reject.EACCES, "R%d min value is negative, either use unsigned or 'var &= const'", sizeReg);
        }
        if (size.var.umin == 0 && !zeroAllowed) {
            throw w.reject(
                    Reject.EACCES, "R%d invalid zero-sized read: u64=[%d,%d]", sizeReg, size.var.umin, size.var.umax);
        }
        if (Long.compareUnsigned(size.var.umax, PointerOffset.LIMIT) >= 0) {
            throw w.reject(
                    Reject.EACCES, "R%d unbounded memory access, use 'var &= const' or 'if (var < const)'", sizeReg);
        }
        region(w, memReg, (int) size.var.umax, write, zeroAllowed, passed);
        w.explore.markPrecise(sizeReg);
    }

    /** The pointer must not have been moved but, if {@code fixedAllowed}, by a constant that is not negative. */
    public static void checkPtrOff(Walk w, int regNumber, RegState reg, boolean fixedAllowed) {
        PointerOffset.require(w, regNumber, reg, fixedAllowed);
    }
}
