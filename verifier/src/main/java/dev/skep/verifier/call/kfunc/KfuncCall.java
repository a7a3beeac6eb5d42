package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.kernel.map.SpecialField;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Instruction;
import dev.skep.verifier.call.CallbackCall;
import dev.skep.verifier.call.HelperCallbacks;
import dev.skep.verifier.call.Leaks;
import dev.skep.verifier.call.PacketInvalidation;
import dev.skep.verifier.call.References;
import dev.skep.verifier.call.ReturnValue;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.walk.Walk;

/**
 * One call of a kernel function.
 *
 * <ol>
 *   <li>Known, and registered for programs of this type?
 *   <li>Privileges and sleeping.
 *   <li>Arguments, in order.
 *   <li>Callbacks queued.
 *   <li>Regions entered, left or respected.
 *   <li>References released or handed over.
 *   <li>R0 set; iterators fork.
 * </ol>
 */
public final class KfuncCall {
    private KfuncCall() {}

    public static void step(Walk w, Instruction.Call call) {
        if (call.imm() == 0 && call.offset() == 0) {
            // nothing is called, and no register changes; the program is rejected later if the call has been reached
            return;
        }
        KfuncSignature s = KfuncSignature.of(w, call.imm());
        if (s == null) {
            String name = w.kernel.btf().type(call.imm()) instanceof BtfType.Function f
                    ? f.name()
                    : w.program.kfuncs().getOrDefault(call.imm(), "#" + call.imm());
            requireFeature(w, name);
            throw w.reject(Reject.EACCES, "calling kernel function %s is not allowed", name);
        }
        requireFeature(w, s.name());
        if (!w.kernel.kfuncAllowed(s.kfunc(), w.program)) {
            throw w.reject(Reject.EACCES, "calling kernel function %s is not allowed", s.name());
        }
        if (s.is(Kfunc.SLEEPABLE) && !w.state.sleepable) {
            throw w.reject(Reject.EACCES, "program must be sleepable to call sleepable kfunc %s", s.name());
        }
        KfuncFamily family = s.kfunc().special();
        if (ResilientLocks.isLock(family)) {
            ResilientLocks.queueFailure(w);
        }
        if (family == KfuncFamily.TRAP) {
            throw w.reject(Reject.EFAULT, "unexpected __bpf_trap() due to uninitialized variable?");
        }
        KfuncMeta meta = new KfuncMeta(s);
        KfuncArgs.check(w, meta);
        callbacks(w, meta);
        Regions.apply(w, s);
        release(w, meta);
        if (family == KfuncFamily.THROW) {
            leave(w);
            return;
        }
        if (s.name().equals("bpf_xdp_pull_data") || DynptrCalls.writesPacket(w, s)) {
            PacketInvalidation.clear(w);
        }
        w.clearCallerSaved();
        KfuncReturn.set(w, meta);
        if (s.is(Kfunc.ITER_NEXT)) {
            IteratorCalls.fork(w, meta);
        }
    }

    private static void requireFeature(Walk w, String function) {
        String feature = Extensions.featureOf(function);
        if (feature != null && !w.options.features().contains(feature)) {
            throw w.reject(
                    Reject.EACCES,
                    "calling kernel function %s is not allowed without --features %s",
                    function,
                    feature);
        }
    }

    private static void callbacks(Walk w, KfuncMeta meta) {
        if (meta.subprogram < 0) {
            return;
        }
        switch (meta.signature.kfunc().special()) {
            case RBTREE_ADD -> {
                SpecialField root = meta.root;
                CallbackCall.sync(w, meta.subprogram, 0, 1, (_, callee) -> {
                    RegState node = GraphArgs.nonOwning(w, GraphArgs.element(root));
                    callee.regs[1] = node;
                    callee.regs[2] = node;
                });
            }
            case WQ_SET_CALLBACK, TASK_WORK_SCHEDULE ->
                CallbackCall.async(
                        w,
                        meta.subprogram,
                        true,
                        (_, callee) -> HelperCallbacks.mapElement(w, callee, meta.map, meta.mapUid));
            default -> {}
        }
    }

    private static void release(Walk w, KfuncMeta meta) {
        KfuncFamily family = meta.signature.kfunc().special();
        switch (family) {
            case LIST_PUSH_FRONT, LIST_PUSH_BACK, RBTREE_ADD -> GraphArgs.handOver(w, 2);
            case DYNPTR_FILE_DISCARD, DYNPTR_PUT -> DynptrCalls.release(w, meta.releaseReg);
            default -> {
                if (meta.releaseReg != 0 && !References.release(w, w.reg(meta.releaseReg).refId)) {
                    throw w.reject(
                            Reject.EINVAL,
                            "kfunc %s#%d reference has not been acquired before",
                            meta.signature.name(),
                            meta.signature.btfId());
                }
            }
        }
    }

    /** {@code bpf_throw}: the path ends here, whatever the depth; nothing may be held. */
    private static void leave(Walk w) {
        if (w.layout.exceptionCallback() == null) {
            w.throwsAway = true;
            ReturnValue.checkThrown(w);
        }
        Leaks.check(w, "bpf_throw", true, true);
        w.pathDone = true;
    }
}
