package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.verifier.call.SpinLocks;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.walk.Walk;

/** Regions in which a program may not sleep: RCU read-side sections, preemption off, interrupts off. */
final class Regions {
    private Regions() {}

    /** Enters or leaves a region, or rejects a call that may not be made in one. */
    static void apply(Walk w, KfuncSignature s) {
        rcu(w, s);
        preempt(w, s);
        if (w.state.activeIrqId != 0 && s.is(Kfunc.SLEEPABLE)) {
            throw w.reject(Reject.EACCES, "kernel func %s is sleepable within IRQ-disabled region", s.name());
        }
    }

    private static void rcu(Walk w, KfuncSignature s) {
        VerifierState state = w.state;
        boolean lock = s.kfunc().special() == KfuncFamily.RCU_READ_LOCK;
        boolean unlock = s.kfunc().special() == KfuncFamily.RCU_READ_UNLOCK;
        if (!state.rcuLock) {
            if (unlock) {
                throw w.reject(Reject.EINVAL, "unmatched rcu read unlock (kernel function %s)", s.name());
            }
            state.rcuLock = lock;
            return;
        }
        if ((lock || unlock) && SpinLocks.inTreeCallback(w)) {
            throw w.reject(Reject.EACCES, "Calling bpf_rcu_read_{lock,unlock} in unnecessary rbtree callback");
        }
        if (lock) {
            throw w.reject(Reject.EINVAL, "nested rcu read lock (kernel function %s)", s.name());
        }
        if (unlock) {
            state.rcuLock = false;
            state.mapRegisters(r -> r.type.has(PtrFlags.RCU)
                    ? r.withType(
                            r.type.without(PtrFlags.RCU | PtrFlags.MAYBE_NULL).with(PtrFlags.UNTRUSTED))
                    : r);
            IteratorCalls.loseRcuProtection(w);
        } else if (s.is(Kfunc.SLEEPABLE)) {
            throw w.reject(Reject.EACCES, "kernel func %s is sleepable within rcu_read_lock region", s.name());
        }
    }

    private static void preempt(Walk w, KfuncSignature s) {
        VerifierState state = w.state;
        boolean disable = s.kfunc().special() == KfuncFamily.PREEMPT_DISABLE;
        boolean enable = s.kfunc().special() == KfuncFamily.PREEMPT_ENABLE;
        if (disable) {
            state.preemptDepth++;
        } else if (enable) {
            if (state.preemptDepth == 0) {
                throw w.reject(Reject.EINVAL, "unmatched attempt to enable preemption (kernel function %s)", s.name());
            }
            state.preemptDepth--;
        } else if (state.preemptDepth > 0 && s.is(Kfunc.SLEEPABLE)) {
            throw w.reject(Reject.EACCES, "kernel func %s is sleepable within non-preemptible region", s.name());
        }
    }
}
