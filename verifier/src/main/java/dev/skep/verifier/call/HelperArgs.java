package dev.skep.verifier.call;

import dev.skep.kernel.helper.ArgType;
import dev.skep.kernel.helper.HelperArg;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.object.btf.BtfType;
import dev.skep.object.uapi.MapType;
import dev.skep.verifier.access.Alignment;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.call.arg.BtfArg;
import dev.skep.verifier.call.arg.DynptrArg;
import dev.skep.verifier.call.arg.KptrArg;
import dev.skep.verifier.call.arg.LocalMemory;
import dev.skep.verifier.call.arg.MapArgs;
import dev.skep.verifier.call.arg.PointerOffset;
import dev.skep.verifier.call.arg.StringArg;
import dev.skep.verifier.call.arg.TimerArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * One argument of a helper: initialised, of an accepted type, at an accepted offset, then what its class demands.
 */
final class HelperArgs {
    private static final int SLICE_FLAGS = PtrFlags.DYNPTR_PACKET | PtrFlags.DYNPTR_OTHER;

    private HelperArgs() {}

    static void check(Walk w, HelperProto proto, int index, CallMeta meta) {
        HelperArg arg = proto.args().get(index);
        int reg = index + 1;
        RegState r = w.readReg(reg);
        if (arg.type() == ArgType.ANYTHING) {
            if (r.isPointer() && !w.allowPtrLeaks) {
                throw w.reject(Reject.EACCES, "R%d leaks addr into helper function", reg);
            }
            return;
        }
        if ((r.type instanceof RegType.Packet || r.type instanceof RegType.PacketMeta)
                && !w.kernel.mayPassPacket(w.program.type(), meta.packetAccess)) {
            throw w.reject(Reject.EACCES, "helper access to the packet is not allowed");
        }
        if (meta.id == HelperId.DYNPTR_FROM_MEM
                && index < 2
                && !(w.reg(1).type instanceof RegType.Stack)
                && LocalMemory.handles(w, w.reg(1))) {
            if (index == 1) {
                LocalMemory.require(w);
            }
            return;
        }
        arg = resolve(w, arg, meta);
        boolean isNull = r.isNull() && arg.has(HelperArg.NULLABLE);
        if (!isNull) {
            type(w, reg, arg, meta);
            offset(w, reg, arg);
        }
        reference(w, reg, arg, meta);
        demand(w, proto, index, arg, isNull, meta);
    }

    /** Some maps change what a value argument means. */
    private static HelperArg resolve(Walk w, HelperArg arg, CallMeta meta) {
        if (arg.type() != ArgType.MAP_VALUE || meta.map == null || meta.map.type() == null) {
            return arg;
        }
        return switch (meta.map.type()) {
            case SOCKMAP, SOCKHASH -> {
                if (arg.flags() != 0) {
                    throw w.reject(Reject.EINVAL, "invalid arg_type for sockmap/sockhash");
                }
                yield new HelperArg(ArgType.BTF_ID_SOCK_COMMON, 0, 0, "", null);
            }
            case BLOOM_FILTER ->
                meta.id == HelperId.MAP_PEEK_ELEM ? new HelperArg(ArgType.MAP_VALUE, 0, 0, "", null) : arg;
            default -> arg;
        };
    }

    private static void type(Walk w, int reg, HelperArg arg, CallMeta meta) {
        RegisterTypes list = switch (arg.type()) {
            case CONST_MAP_PTR -> RegisterTypes.MAP_PTR;
            case MAP_KEY, MAP_VALUE, MEM -> RegisterTypes.MEMORY;
            case SIZE, SIZE_OR_ZERO, ALLOC_SIZE_OR_ZERO -> RegisterTypes.SCALAR;
            case CTX -> RegisterTypes.CTX;
            case SPIN_LOCK, KPTR -> RegisterTypes.FIELD_OWNER;
            case TIMER, CONST_STR -> RegisterTypes.MAP_VALUE;
            case STACK -> RegisterTypes.STACK;
            case FUNC -> RegisterTypes.FUNC;
            case DYNPTR -> RegisterTypes.DYNPTR;
            case SOCK_COMMON -> RegisterTypes.SOCK_COMMON;
            case SOCKET -> RegisterTypes.SOCKET;
            case BTF_ID_SOCK_COMMON -> RegisterTypes.BTF_SOCK_COMMON;
            case BTF_ID -> RegisterTypes.BTF;
            case PERCPU_BTF_ID -> RegisterTypes.PERCPU_BTF;
            case RINGBUF_MEM -> RegisterTypes.RINGBUF_MEM;
            case ANYTHING -> throw new IllegalStateException();
        };
        int ignored = (arg.has(HelperArg.NULLABLE) ? PtrFlags.MAYBE_NULL : 0)
                | (arg.has(HelperArg.RDONLY) ? PtrFlags.RDONLY : 0)
                | (arg.type() == ArgType.MEM ? SLICE_FLAGS : 0);
        boolean exchanged = meta.id == HelperId.KPTR_XCHG && reg == 2;
        if (exchanged && w.reg(reg).type.has(PtrFlags.ALLOC)) {
            ignored |= PtrFlags.ALLOC | PtrFlags.PERCPU;
        }
        list.expect(w, reg, ignored);
        if (w.reg(reg).type instanceof RegType.BtfPtr) {
            struct(w, reg, list, arg, exchanged, meta);
        }
    }

    /** A BTF pointer was accepted by kind; now by struct. */
    private static void struct(Walk w, int reg, RegisterTypes list, HelperArg arg, boolean exchanged, CallMeta meta) {
        boolean release = arg.has(HelperArg.RELEASE);
        switch (list) {
            case MEMORY -> {
                if (!arg.has(HelperArg.RDONLY)) {
                    throw w.reject(
                            Reject.EACCES,
                            "%s() may write into memory pointed by R%d type=%s",
                            meta.name,
                            reg,
                            w.reg(reg).type.kernelName());
                }
            }
            case BTF, BTF_SOCK_COMMON -> {
                if (exchanged) {
                    if (w.reg(reg).type.maybeNull()) {
                        if (w.reg(reg).type.has(PtrFlags.ALLOC)) {
                            throw w.reject(
                                    Reject.EFAULT, "verifier bug: invalid PTR_TO_BTF_ID register for type match");
                        }
                        throw w.reject(Reject.EACCES, "Possibly NULL pointer passed to helper arg%d", reg);
                    }
                    KptrArg.requireMatch(w, reg, meta.kptr);
                } else {
                    String struct = list == RegisterTypes.BTF ? arg.struct() : "sock_common";
                    BtfArg.requireStruct(
                            w,
                            reg,
                            arg.has(HelperArg.NULLABLE),
                            w.kernel.btf().find(struct, BtfType.Struct.class),
                            release && meta.id != HelperId.SK_RELEASE);
                }
            }
            default -> {}
        }
    }

    private static void offset(Walk w, int reg, HelperArg arg) {
        boolean release = arg.has(HelperArg.RELEASE);
        if (release && arg.type() == ArgType.DYNPTR && w.reg(reg).type instanceof RegType.Stack) {
            return;
        }
        PointerOffset.requireForCall(w, reg, release);
    }

    private static void reference(Walk w, int reg, HelperArg arg, CallMeta meta) {
        RegState r = w.reg(reg);
        if (arg.has(HelperArg.RELEASE)) {
            if (arg.type() == ArgType.DYNPTR) {
                DynptrArg.requireAcquired(w, reg);
            } else if (r.refId == 0 && !r.isNull()) {
                throw w.reject(Reject.EINVAL, "R%d must be referenced when passed to release function", reg);
            }
            meta.releaseReg = reg;
        }
        if (r.refId != 0 && arg.type() != ArgType.KPTR) {
            if (meta.refId != 0) {
                throw w.reject(Reject.EACCES, "more than one arg with ref_obj_id R%d %d %d", reg, r.refId, meta.refId);
            }
            meta.refId = r.refId;
        }
    }

    /** What the class demands beyond type and offset. */
    private static void demand(Walk w, HelperProto proto, int index, HelperArg arg, boolean isNull, CallMeta meta) {
        int reg = index + 1;
        switch (arg.type()) {
            case CONST_MAP_PTR -> MapArgs.map(w, reg, meta);
            case MAP_KEY -> MapArgs.key(w, reg, meta);
            case MAP_VALUE -> {
                if (!isNull) {
                    MapArgs.value(w, reg, arg.has(HelperArg.WRITE), arg.has(HelperArg.UNINIT), meta);
                }
            }
            case MEM -> memory(w, reg, arg, meta);
            case SIZE, SIZE_OR_ZERO -> {
                meta.maxSize = w.reg(reg).var.umax;
                boolean write = proto.args().get(index - 1).has(HelperArg.WRITE);
                MemoryAccess.sized(w, reg - 1, reg, write, arg.type() == ArgType.SIZE_OR_ZERO, meta);
            }
            case ALLOC_SIZE_OR_ZERO -> {
                if (!w.reg(reg).var.isConst()) {
                    throw w.reject(Reject.EACCES, "R%d is not a known constant'", reg);
                }
                meta.memSize = w.reg(reg).var.constValue();
                w.explore.markPrecise(reg);
            }
            case SPIN_LOCK -> {
                if (SpinLocks.inTreeCallback(w)) {
                    throw w.reject(Reject.EACCES, "can't spin_{lock,unlock} in rbtree cb");
                }
                if (meta.id == HelperId.SPIN_LOCK) {
                    SpinLocks.lock(w, reg, Reference.Kind.SPIN_LOCK);
                } else {
                    SpinLocks.unlock(w, reg, Reference.Kind.SPIN_LOCK);
                }
            }
            case TIMER -> TimerArg.require(w, reg, meta);
            case KPTR -> KptrArg.requireSlot(w, reg, meta);
            case CONST_STR -> StringArg.require(w, reg);
            case FUNC -> {
                meta.subprogram = ((RegType.Func) w.reg(reg).type).subprogram();
                w.facts.callback(w.insn, w.layout.subprogram(meta.subprogram).start());
            }
            case DYNPTR -> dynptr(w, reg, arg, meta);
            case PERCPU_BTF_ID -> meta.btfArg = (RegType.BtfPtr) w.reg(reg).type;
            case CTX, STACK, SOCK_COMMON, SOCKET, BTF_ID_SOCK_COMMON, BTF_ID, RINGBUF_MEM, ANYTHING -> {}
        }
    }

    /** Memory: of fixed size here, or of the size that the next argument gives. */
    private static void memory(Walk w, int reg, HelperArg arg, CallMeta meta) {
        boolean shown = meta.id == HelperId.DYNPTR_FROM_MEM && !w.allowUninitStack;
        meta.rawMode = arg.has(HelperArg.UNINIT) && !shown;
        if (arg.size() == 0) {
            return;
        }
        MemoryAccess.region(w, reg, arg.size(), arg.has(HelperArg.WRITE), false, meta);
        if (arg.has(HelperArg.ALIGNED)) {
            Alignment.check(w, w.reg(reg), 0, arg.size(), true);
        }
    }

    private static void dynptr(Walk w, int reg, HelperArg arg, CallMeta meta) {
        SlotObject.Dynptr d = arg.has(HelperArg.UNINIT)
                ? DynptrArg.initialise(w, reg, arg.dynptr(), 0)
                : DynptrArg.requireInitialised(
                        w, reg, arg.dynptr(), arg.has(HelperArg.RDONLY) && !arg.has(HelperArg.RELEASE));
        if (meta.dynptrReg == 0) {
            meta.dynptrReg = reg;
            meta.dynptrId = d.id();
            meta.dynptrRefId = d.sliceRefId();
            meta.dynptrExtent = d.extent();
            meta.dynptrType = d.type();
        }
    }

    /** True for maps whose values are sockets. */
    static boolean holdsSockets(CallMeta meta) {
        return meta.map != null && (meta.map.type() == MapType.SOCKMAP || meta.map.type() == MapType.SOCKHASH);
    }
}
