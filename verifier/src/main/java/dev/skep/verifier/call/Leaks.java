package dev.skep.verifier.call;

import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Message;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.walk.Walk;

/**
 * What must have been given back where control leaves the program: locks, then references, then irq, RCU and preempt
 * regions.
 */
public final class Leaks {
    private Leaks() {}

    /**
     * Rejects when something is still held.
     *
     * @param ending how the sentence begins: {@code BPF_EXIT instruction in main prog}, {@code tail_call}, ...
     * @param allFrames references count in inner frames too (exception); else only in the outermost frame
     * @param regions locks and regions count
     */
    public static void check(Walk w, String ending, boolean allFrames, boolean regions) {
        VerifierState s = w.state;
        if (s.references.isEmpty() && !s.rcuLock && s.preemptDepth == 0 && s.activeIrqId == 0) {
            return;
        }
        if (regions && s.activeLock() != null) {
            throw inside(w, ending, "bpf_spin_lock-ed");
        }
        if (allFrames || s.currentFrame() == 0) {
            references(w, ending, allFrames);
        }
        String region = s.activeIrqId != 0
                ? "bpf_local_irq_save-ed"
                : s.rcuLock ? "bpf_rcu_read_lock-ed" : s.preemptDepth > 0 ? "bpf_preempt_disable-ed" : null;
        if (regions && region != null) {
            throw inside(w, ending, region);
        }
    }

    private static Reject inside(Walk w, String ending, String region) {
        return w.reject(Reject.EINVAL, "%s cannot be used inside %s region", ending, region);
    }

    private static void references(Walk w, String ending, boolean exception) {
        StringBuilder text = new StringBuilder();
        // A struct_ops program may hand a referenced object back to the kernel in R0.
        int returned = w.program.type() == ProgramType.STRUCT_OPS && !exception ? w.reg(0).refId : 0;
        for (Reference r : w.state.references) {
            if (r.kind() == Reference.Kind.POINTER && (returned == 0 || r.id() != returned)) {
                text.append(Message.of("Unreleased reference id=%d alloc_insn=%d\n", r.id(), r.insn()));
            }
        }
        if (!text.isEmpty()) {
            throw w.reject(
                    Reject.EINVAL,
                    text.append(ending).append(" would lead to reference leak").toString());
        }
    }
}
