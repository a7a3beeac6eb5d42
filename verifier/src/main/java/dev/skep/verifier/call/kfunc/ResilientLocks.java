package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.verifier.call.SpinLocks;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;

/** Resilient spin locks: taking one may fail, so each attempt forks. */
final class ResilientLocks {
    private static final int MAX_ERRNO = 4095;

    private ResilientLocks() {}

    static boolean isLock(KfuncFamily f) {
        return f == KfuncFamily.RES_SPIN_LOCK || f == KfuncFamily.RES_SPIN_LOCK_IRQSAVE;
    }

    /** Queues the path on which the lock was not taken. To be called before the arguments are checked. */
    static void queueFailure(Walk w) {
        VerifierState failed = w.explore.push(w.following(), w.insn, false);
        Frame f = failed.frame();
        for (int r = 0; r <= 5; r++) {
            f.regs[r] = RegState.NOT_INIT;
        }
        f.regs[0] =
                RegState.scalar(ScalarValue.UNKNOWN.withSigned(-MAX_ERRNO, -1).sync());
    }

    static void argument(Walk w, KfuncMeta meta, int i) {
        RegState r = w.reg(i + 1);
        boolean owner =
                r.type instanceof RegType.MapValue || r.type instanceof RegType.BtfPtr p && p.has(PtrFlags.ALLOC);
        if (!owner) {
            throw w.reject(Reject.EINVAL, "arg#%d doesn't point to map value or allocated object", i);
        }
        KfuncFamily family = meta.signature.kfunc().special();
        boolean irq = family == KfuncFamily.RES_SPIN_LOCK_IRQSAVE || family == KfuncFamily.RES_SPIN_UNLOCK_IRQRESTORE;
        Reference.Kind kind = irq ? Reference.Kind.RES_SPIN_LOCK_IRQ : Reference.Kind.RES_SPIN_LOCK;
        if (isLock(family)) {
            SpinLocks.lock(w, i + 1, kind);
        } else {
            SpinLocks.unlock(w, i + 1, kind);
        }
    }
}
