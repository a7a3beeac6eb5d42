package dev.skep.verifier.call;

import dev.skep.kernel.helper.HelperProto;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.call.arg.KptrArg;
import dev.skep.verifier.call.arg.MapArgs;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/** R0 after a helper: its type, whether it may be NULL, and the reference it carries. */
final class HelperReturn {
    private static final int MAX_ERRNO = 4095;

    private HelperReturn() {}

    /** @param key constant key of a map lookup, -1 unknown */
    static void set(Walk w, HelperProto proto, CallMeta meta, long key) {
        RegType type = type(w, proto, meta);
        if (type == RegType.NOT_INIT) {
            return;
        }
        if (type == RegType.SCALAR) {
            w.setReg(0, RegState.scalar(number(w, proto, meta)));
            return;
        }
        boolean nullable = proto.returnNullable();
        if (proto.id() == HelperId.MAP_LOOKUP_ELEM
                && MapArgs.isArray(meta.map)
                && key >= 0
                && key < Integer.toUnsignedLong(meta.map.maxEntries())) {
            nullable = false;
        }
        int id = 0;
        int refId = 0;
        if (nullable) {
            type = type.with(PtrFlags.MAYBE_NULL);
            id = w.nextId();
        } else if (type instanceof RegType.MapValue v && hasLock(w, v)) {
            id = w.nextId();
        }
        if (proto.has(HelperProto.PTR_CAST)) {
            refId = meta.refId;
        } else if (acquires(proto, meta)) {
            id = References.acquire(w);
            refId = id;
        }
        if (proto.id() == HelperId.DYNPTR_DATA) {
            refId = meta.dynptrRefId;
        }
        w.setReg(0, RegState.pointer(type, 0, id, refId));
    }

    private static boolean acquires(HelperProto proto, CallMeta meta) {
        return proto.has(HelperProto.ACQUIRES)
                || proto.id() == HelperId.MAP_LOOKUP_ELEM && HelperArgs.holdsSockets(meta);
    }

    /** Type without the maybe-null flag. */
    private static RegType type(Walk w, HelperProto proto, CallMeta meta) {
        return switch (proto.returns()) {
            case INTEGER -> RegType.SCALAR;
            case VOID -> RegType.NOT_INIT;
            case MAP_VALUE -> new RegType.MapValue(0, meta.map, meta.mapUid);
            case SOCKET -> new RegType.Socket(0);
            case SOCK_COMMON -> new RegType.SockCommon(0);
            case TCP_SOCK -> new RegType.TcpSock(0);
            case RINGBUF_MEM -> new RegType.Mem(PtrFlags.RINGBUF, (int) meta.memSize, 0);
            case DYNPTR_MEM ->
                new RegType.Mem(
                        meta.dynptrExtent.readOnly() ? PtrFlags.RDONLY : 0,
                        (int) meta.memSize,
                        meta.dynptrId,
                        meta.dynptrExtent.frame());
            case MEM_OR_BTF_ID -> perCpu(w, meta);
            case BTF_ID -> proto.id() == HelperId.KPTR_XCHG ? exchanged(w, meta.kptr) : kernelObject(w, proto);
        };
    }

    private static RegType kernelObject(Walk w, HelperProto proto) {
        int flags = (proto.returnTrust() & HelperProto.RETURNS_TRUSTED) != 0
                ? PtrFlags.TRUSTED
                : (proto.returnTrust() & HelperProto.RETURNS_RCU) != 0 ? PtrFlags.RCU : 0;
        Btf btf = w.kernel.btf();
        int id = btf.find(proto.returnStruct(), BtfType.Struct.class);
        return new RegType.BtfPtr(flags, btf, id);
    }

    /** What was in the slot before. */
    private static RegType exchanged(Walk w, SpecialField slot) {
        int flags = 0;
        if (!KptrArg.isKernel(w, slot.btf())) {
            flags = PtrFlags.ALLOC | (slot.kind() == SpecialField.Kind.KPTR_PERCPU ? PtrFlags.PERCPU : 0);
        }
        return new RegType.BtfPtr(flags, slot.btf(), slot.typeId());
    }

    /** One CPU's copy of a per-CPU variable or object. */
    private static RegType perCpu(Walk w, CallMeta meta) {
        RegType.BtfPtr p = meta.btfArg;
        if (p.has(PtrFlags.RCU) && !KptrArg.isKernel(w, p.btf())) {
            return new RegType.BtfPtr(PtrFlags.ALLOC | PtrFlags.RCU, p.btf(), p.typeId());
        }
        Btf btf = p.btf();
        BtfType t = btf.resolved(p.typeId());
        if (t instanceof BtfType.Struct) {
            return new RegType.BtfPtr(0, btf, btf.resolve(p.typeId()));
        }
        long size = btf.sizeOf(p.typeId());
        if (size < 0) {
            throw w.reject(
                    Reject.EINVAL,
                    "unable to resolve the size of type '%s': %d",
                    t == null ? "" : t.name(),
                    -Reject.EINVAL);
        }
        return new RegType.Mem(PtrFlags.RDONLY, (int) size, 0);
    }

    private static boolean hasLock(Walk w, RegType.MapValue v) {
        for (SpecialField f : w.kernel.specialFields(v.map())) {
            if (f.kind() == SpecialField.Kind.SPIN_LOCK || f.kind() == SpecialField.Kind.RES_SPIN_LOCK) {
                return true;
            }
        }
        return false;
    }

    private static ScalarValue number(Walk w, HelperProto proto, CallMeta meta) {
        return switch (proto.id()) {
            case HelperId.GET_STACK,
                    HelperId.GET_TASK_STACK,
                    HelperId.PROBE_READ_STR,
                    HelperId.PROBE_READ_KERNEL_STR,
                    HelperId.PROBE_READ_USER_STR ->
                ScalarValue.UNKNOWN
                        .withSigned(-MAX_ERRNO, meta.maxSize)
                        .meet(ScalarValue.of(
                                        dev.skep.verifier.value.Tnum.UNKNOWN,
                                        -MAX_ERRNO,
                                        meta.maxSize,
                                        0,
                                        -1,
                                        -MAX_ERRNO,
                                        (int) meta.maxSize,
                                        0,
                                        -1)
                                .sync());
            case HelperId.GET_SMP_PROCESSOR_ID -> ScalarValue.ofUnsigned(0, w.kernel.cpus() - 1L);
            default ->
                proto.returnRange() == null
                        ? ScalarValue.UNKNOWN
                        : ScalarValue.ofSigned(proto.returnRange()[0], proto.returnRange()[1]);
        };
    }
}
