package dev.skep.verifier.call;

import dev.skep.kernel.DynptrType;
import dev.skep.kernel.helper.ArgType;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.access.MapValueAccess;
import dev.skep.verifier.call.arg.FormatString;
import dev.skep.verifier.call.arg.LocalMemory;
import dev.skep.verifier.call.arg.StringArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Extent;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;

/**
 * What a helper does beyond its result: references, callbacks, the packet; and the few rules that no prototype says.
 */
final class HelperEffects {
    private static final int ENOTSUPP = 524;

    private HelperEffects() {}

    /** What a program may not do to some maps. */
    static void requireMapUse(Walk w, CallMeta meta) {
        if (meta.map == null) {
            return;
        }
        boolean changes = meta.id == HelperId.MAP_UPDATE_ELEM
                || meta.id == HelperId.MAP_DELETE_ELEM
                || meta.id == HelperId.MAP_PUSH_ELEM
                || meta.id == HelperId.MAP_POP_ELEM;
        if (changes && MapValueAccess.isReadOnly(meta.map)) {
            throw w.reject(Reject.EACCES, "write into map forbidden");
        }
        if (meta.id == HelperId.TAIL_CALL) {
            TailCall.requireTarget(w, meta);
        }
    }

    /** Ends the reference that was passed to a releasing argument. */
    static void release(Walk w, HelperProto proto, CallMeta meta) {
        int reg = meta.releaseReg;
        if (reg == 0) {
            return;
        }
        boolean held;
        if (proto.args().get(reg - 1).type() == ArgType.DYNPTR) {
            held = DynptrSlots.destroy(w, w.reg(reg));
        } else if (meta.refId != 0) {
            held = meta.id == HelperId.KPTR_XCHG ? give(w, meta.refId) : References.release(w, meta.refId);
        } else {
            // Only NULL gets here without a reference.
            held = w.reg(reg).isNull();
        }
        if (!held) {
            throw w.reject(
                    Reject.EINVAL, "func %s#%d reference has not been acquired before", proto.name(), proto.id());
        }
    }

    /** The object moves into a map: a per-CPU object may still be used under RCU, everything else is gone. */
    private static boolean give(Walk w, int refId) {
        if (!References.forget(w.state, refId)) {
            return false;
        }
        DynptrSlots.ownerGone(w, refId);
        boolean rcu = w.state.inRcuSection();
        w.state.mapRegisters(r -> {
            if (r.refId != refId) {
                return r;
            }
            return rcu && r.type.has(PtrFlags.ALLOC) && r.type.has(PtrFlags.PERCPU)
                    ? r.withRefId(0).withType(r.type.without(PtrFlags.ALLOC).with(PtrFlags.RCU))
                    : References.invalid(w);
        });
        return true;
    }

    /** Callbacks and particular rules; true when packet pointers die with the call. */
    static boolean apply(Walk w, HelperProto proto, CallMeta meta) {
        boolean packetMoves = proto.has(HelperProto.CHANGES_PKT_DATA);
        switch (proto.id()) {
            case HelperId.TAIL_CALL -> {
                Leaks.check(w, "tail_call", false, true);
                packetMoves = false;
            }
            case HelperId.GET_LOCAL_STORAGE -> {
                if (!w.reg(2).isNull()) {
                    throw w.reject(Reject.EINVAL, "get_local_storage() doesn't support non-zero flags");
                }
            }
            case HelperId.FOR_EACH_MAP_ELEM,
                    HelperId.FIND_VMA,
                    HelperId.LOOP,
                    HelperId.USER_RINGBUF_DRAIN,
                    HelperId.TIMER_SET_CALLBACK -> HelperCallbacks.queue(w, meta);
            case HelperId.SNPRINTF -> format(w);
            case HelperId.DYNPTR_FROM_MEM -> {
                RegType t = w.reg(1).type;
                boolean extended = LocalMemory.handles(w, w.reg(1));
                if (!(t instanceof RegType.MapValue) && !extended) {
                    throw w.reject(
                            Reject.EACCES, "Unsupported reg type %s for bpf_dynptr_from_mem data", t.kernelName());
                }
                Extent extent = extended ? LocalMemory.extent(w) : Extent.UNBOUND;
                if (extended) {
                    DynptrSlots.confine(w, w.reg(4), extent);
                }
                if (!w.facts.localMemory(w.insn, extent.readOnly())) {
                    throw w.reject(Reject.EACCES, "same insn cannot make read-only and writable dynptrs");
                }
            }
            case HelperId.SET_RETVAL -> setReturnValue(w);
            case HelperId.GET_FUNC_IP -> functionAddress(w, proto);
            case HelperId.DYNPTR_WRITE ->
                packetMoves |= meta.dynptrType == DynptrType.SKB || meta.dynptrType == DynptrType.SKB_META;
            default -> {}
        }
        return packetMoves;
    }

    private static void format(Walk w) {
        // Bits not known count as 0, as in Linux; the helper itself looks again.
        long bytes = w.reg(5).var.var.value();
        if (bytes % 8 != 0) {
            throw w.reject(Reject.EINVAL, "");
        }
        if (!FormatString.isValid(StringArg.require(w, 3), (int) (bytes / 8))) {
            throw w.reject(Reject.EINVAL, "Invalid format string");
        }
    }

    private static void setReturnValue(Walk w) {
        if (w.program.type() == ProgramType.LSM
                && w.program.attachType() == AttachType.LSM_CGROUP
                && w.kernel.returnsNothing(w.program)) {
            throw w.reject(Reject.EINVAL, "BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!");
        }
    }

    private static void functionAddress(Walk w, HelperProto proto) {
        ProgramType type = w.program.type();
        if (type == ProgramType.KPROBE) {
            return;
        }
        if (type != ProgramType.TRACING) {
            throw w.reject(
                    ENOTSUPP, "func %s#%d not supported for program type %d", proto.name(), proto.id(), type.id());
        }
        AttachType attach = w.program.attachType();
        if (attach == AttachType.TRACE_RAW_TP || attach == AttachType.TRACE_ITER) {
            throw w.reject(
                    ENOTSUPP, "func %s#%d supported only for fentry/fexit/fmod_ret programs", proto.name(), proto.id());
        }
    }
}
