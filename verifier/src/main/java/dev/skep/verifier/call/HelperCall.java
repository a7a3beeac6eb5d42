package dev.skep.verifier.call;

import dev.skep.kernel.helper.ArgType;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.object.isa.Instruction;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.access.MemoryAccess;
import dev.skep.verifier.cfg.HelperPrivileges;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;

/**
 * A call of a kernel helper.
 *
 * <ol>
 *   <li>May this program call it, here?
 *   <li>R1 to R5 against the prototype, in order ({@link HelperArgs}).
 *   <li>Stack that the helper fills becomes initialised.
 *   <li>The reference given back ends ({@link HelperEffects#release}); then what is particular to the helper.
 *   <li>R0 to R5 are gone; R0 gets the result ({@link HelperReturn}).
 *   <li>Map and helper must fit; the packet may have moved.
 * </ol>
 */
public final class HelperCall {
    private HelperCall() {}

    static void step(Walk w, Instruction.Call call) {
        int id = call.imm();
        HelperProto proto = requireCallable(w, id);
        CallMeta meta = new CallMeta(proto.name(), id);
        meta.packetAccess = proto.has(HelperProto.PKT_ACCESS);
        for (int i = 0; i < proto.args().size(); i++) {
            HelperArgs.check(w, proto, i, meta);
        }
        HelperEffects.requireMapUse(w, meta);
        noteMap(w, proto, meta);
        if (meta.rawReg >= 0) {
            MemoryAccess.markWritten(w, meta.rawReg, meta.rawSize);
        }
        HelperEffects.release(w, proto, meta);
        boolean packetMoved = HelperEffects.apply(w, proto, meta);
        long key = meta.constKey;
        w.clearCallerSaved();
        HelperReturn.set(w, proto, meta, key);
        if (meta.map != null && id != HelperId.TAIL_CALL) {
            requireMapFits(w, proto, meta);
        }
        if (packetMoved) {
            PacketInvalidation.clear(w);
        }
        if (id == HelperId.TAIL_CALL) {
            TailCall.finish(w);
        }
    }

    private static HelperProto requireCallable(Walk w, int id) {
        ProgramSpec p = w.program;
        HelperAccess access = w.kernel.helperAccess(id, p);
        HelperProto proto = access == HelperAccess.UNKNOWN ? null : w.kernel.helper(id, p);
        if (access == HelperAccess.NOT_FOR_TYPE || HelperPrivileges.forbid(id, w.options.privilege())) {
            throw w.reject(Reject.EINVAL, "program of this type cannot use helper %s#%d", w.kernel.helperName(id), id);
        }
        if (proto == null) {
            throw w.reject(Reject.EINVAL, "invalid func %s#%d", w.kernel.helperName(id), id);
        }
        boolean gplOnly = access == HelperAccess.GPL_ONLY || proto.has(HelperProto.GPL_ONLY);
        if (gplOnly && !Licence.gplCompatible(p.license())) {
            throw w.reject(Reject.EINVAL, "cannot call GPL-restricted function from non-GPL compatible program");
        }
        if (access == HelperAccess.NOT_IN_PROBE) {
            throw w.reject(Reject.EINVAL, "helper call is not allowed in probe");
        }
        if (proto.has(HelperProto.MIGHT_SLEEP)) {
            requireMaySleep(w, proto);
        }
        return proto;
    }

    private static void requireMaySleep(Walk w, HelperProto proto) {
        VerifierState s = w.state;
        if (!s.sleepable) {
            throw w.reject(Reject.EINVAL, "helper call might sleep in a non-sleepable prog");
        }
        String region = s.rcuLock
                ? "rcu_read_lock region"
                : s.preemptDepth > 0 ? "non-preemptible region" : s.activeIrqId != 0 ? "IRQ-disabled region" : null;
        if (region != null) {
            throw w.reject(Reject.EINVAL, "sleepable helper %s#%d in %s", proto.name(), proto.id(), region);
        }
    }

    private static void requireMapFits(Walk w, HelperProto proto, CallMeta meta) {
        if (!w.kernel.mapFitsHelper(meta.map.type(), proto.id())) {
            throw w.reject(
                    Reject.EINVAL,
                    "cannot pass map_type %d into func %s#%d",
                    meta.map.typeId(),
                    proto.name(),
                    proto.id());
        }
        boolean changes = proto.id() == HelperId.MAP_UPDATE_ELEM || proto.id() == HelperId.MAP_DELETE_ELEM;
        if (changes && HelperArgs.holdsSockets(meta) && !w.kernel.mayUpdateSockMap(w.program, proto.id())) {
            throw w.reject(
                    Reject.EINVAL,
                    "cannot update sockmap in this context\ncannot pass map_type %d into func %s#%d",
                    meta.map.typeId(),
                    proto.name(),
                    proto.id());
        }
    }

    private static void noteMap(Walk w, HelperProto proto, CallMeta meta) {
        for (int i = 0; i < proto.args().size(); i++) {
            if (proto.args().get(i).type() == ArgType.CONST_MAP_PTR && meta.map != null) {
                int index = meta.mapUid == 0 ? w.program.maps().indexOf(meta.map) : -1;
                w.facts.mapArgument(w.insn, index < 0 ? -2 : index);
            }
        }
    }
}
