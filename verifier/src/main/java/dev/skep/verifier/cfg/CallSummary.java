package dev.skep.verifier.cfg;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.helper.HelperAccess;
import dev.skep.kernel.helper.HelperProto;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.Set;

/**
 * What a call does that no register content can change.
 *
 * @param arguments how many of R1 to R5 it reads
 * @param changesPacket packet pointers die
 * @param mightSleep it, not its callback
 * @param callsBack it calls a function reference before it returns
 * @param schedules it stores a function reference for later
 * @param iteratorNext it is an iterator's next
 * @param throwsException it never returns
 */
record CallSummary(
        int arguments,
        boolean changesPacket,
        boolean mightSleep,
        boolean callsBack,
        boolean schedules,
        boolean iteratorNext,
        boolean throwsException) {
    /** Any five arguments, no effect. */
    static final CallSummary UNKNOWN = new CallSummary(5, false, false, false, false, false, false);

    private static final CallSummary UNKNOWN_THROW = new CallSummary(5, false, false, false, false, false, true);

    private static final Set<String> PACKET_MOVERS = Set.of("bpf_xdp_pull_data");

    /**
     * The summary of the call at {@code slot}; {@link #UNKNOWN} for subprograms and for what this program, or its
     * loader, may not call.
     */
    static CallSummary of(long slot, ProgramSpec program, KernelModel kernel, Privilege privilege) {
        if (Code.isHelperCall(slot)) {
            HelperProto proto = kernel.helper(Slot.imm(slot), program);
            if (proto == null) {
                return UNKNOWN;
            }
            HelperAccess access = kernel.helperAccess(Slot.imm(slot), program.type(), program.attachType());
            return of(
                    proto,
                    access != HelperAccess.NOT_FOR_TYPE
                            && access != HelperAccess.UNKNOWN
                            && !HelperPrivileges.forbid(proto.id(), privilege));
        }
        if (Code.isKfuncCall(slot)) {
            Kfunc kfunc = kernel.kfunc(Slot.imm(slot));
            if (kfunc == null) {
                return UNKNOWN;
            }
            if (!kernel.kfuncAllowed(kfunc, program)) {
                // the rule for callbacks looks at the function alone, and at dead code, too
                return kfunc.special() == KfuncFamily.THROW ? UNKNOWN_THROW : UNKNOWN;
            }
            return of(kfunc, parameters(Slot.imm(slot), kernel));
        }
        return UNKNOWN;
    }

    /** A helper that this type of program may not call has no prototype to read arguments from. */
    private static CallSummary of(HelperProto proto, boolean available) {
        return new CallSummary(
                available ? proto.args().size() : 5,
                proto.has(HelperProto.CHANGES_PKT_DATA) || proto.id() == Code.TAIL_CALL_HELPER,
                available && proto.has(HelperProto.MIGHT_SLEEP),
                proto.has(HelperProto.SYNC_CALLBACK),
                proto.has(HelperProto.ASYNC_CALLBACK),
                false,
                false);
    }

    private static CallSummary of(Kfunc kfunc, int arguments) {
        KfuncFamily family = kfunc.special();
        return new CallSummary(
                arguments,
                PACKET_MOVERS.contains(kfunc.name()),
                kfunc.has(Kfunc.SLEEPABLE),
                family == KfuncFamily.RBTREE_ADD,
                family == KfuncFamily.WQ_SET_CALLBACK || family == KfuncFamily.TASK_WORK_SCHEDULE,
                kfunc.has(Kfunc.ITER_NEXT),
                family == KfuncFamily.THROW);
    }

    private static int parameters(int btfId, KernelModel kernel) {
        return kernel.btf().type(btfId) instanceof BtfType.Function f
                        && kernel.btf().type(f.type()) instanceof BtfType.FunctionProto proto
                ? Math.min(5, proto.parameters().size())
                : 5;
    }
}
