package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.walk.Walk;
import org.junit.jupiter.api.Test;

class LeaksTest {
    private final Walk w = Walks.of(ProgramType.SCHED_CLS);

    @Test
    void everyReferenceIsNamedThenTheEnding() {
        w.insn = 4;
        int a = References.acquire(w);
        w.insn = 11;
        int b = References.acquire(w);
        assertThatThrownBy(() -> Leaks.check(w, "tail_call", false, true))
                .satisfies(t -> assertThat(((Reject) t).text)
                        .isEqualTo("Unreleased reference id=%d alloc_insn=4\nUnreleased reference id=%d alloc_insn=11\n"
                                        .formatted(a, b)
                                + "tail_call would lead to reference leak\n"));
    }

    @Test
    void aSubprogramMayReturnWithAReferenceButNotThrow() {
        References.acquire(w);
        w.state.frames.add(new Frame(1, 0, 1));
        assertThatCode(() -> Leaks.check(w, "BPF_EXIT instruction in main prog", false, false))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Leaks.check(w, "bpf_throw", true, true))
                .satisfies(t -> assertThat(((Reject) t).text).endsWith("bpf_throw would lead to reference leak\n"));
    }

    @Test
    void aHeldLockIsNamedBeforeReferences() {
        References.acquire(w);
        w.state.references.add(new Reference(Reference.Kind.SPIN_LOCK, 9, 3, this, 9));
        assertThatThrownBy(() -> Leaks.check(w, "tail_call", false, true))
                .satisfies(t -> assertThat(((Reject) t).text)
                        .isEqualTo("tail_call cannot be used inside bpf_spin_lock-ed region\n"));
    }

    @Test
    void regionsAreNamedInTheKernelsOrder() {
        w.state.rcuLock = true;
        w.state.preemptDepth = 1;
        assertThatThrownBy(() -> Leaks.check(w, "tail_call", false, true))
                .satisfies(t -> assertThat(((Reject) t).text)
                        .isEqualTo("tail_call cannot be used inside bpf_rcu_read_lock-ed region\n"));
        w.state.rcuLock = false;
        assertThatThrownBy(() -> Leaks.check(w, "tail_call", false, true))
                .satisfies(t -> assertThat(((Reject) t).text)
                        .isEqualTo("tail_call cannot be used inside bpf_preempt_disable-ed region\n"));
    }

    @Test
    void releasingInvalidatesEveryCopy() {
        int id = References.acquire(w);
        RegState record = RegState.pointer(new RegType.Mem(PtrFlags.RINGBUF, 8, 0), 0, id, id);
        w.frame().regs[6] = record;
        w.frame().setSlot(0, dev.skep.verifier.state.StackSlot.spill(record));
        assertThat(References.release(w, id)).isTrue();
        assertThat(w.reg(6)).isEqualTo(RegState.UNKNOWN);
        assertThat(w.frame().slot(0).reg).isEqualTo(RegState.UNKNOWN);
        assertThat(References.release(w, id)).isFalse();
    }
}
