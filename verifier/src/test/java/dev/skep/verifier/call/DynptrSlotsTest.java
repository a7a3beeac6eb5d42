package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.kernel.DynptrType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.arg.DynptrArg;
import dev.skep.verifier.diag.Reject;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.SlotObject;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import dev.skep.verifier.walk.Walk;
import org.junit.jupiter.api.Test;

class DynptrSlotsTest {
    private final Walk w = Walks.of(ProgramType.XDP);

    private void pointTo(int reg, int off) {
        w.frame().regs[reg] =
                RegState.pointer(RegType.Stack.of(w.state.currentFrame())).withOff(off);
    }

    private static String message(Throwable t) {
        return ((Reject) t).text;
    }

    @Test
    void initialisingFillsTwoSlotsWithTheLowerAddressFirst() {
        pointTo(1, -32);
        SlotObject.Dynptr d = DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0);
        Frame f = w.frame();
        assertThat(f.slot(3).object).isEqualTo(d);
        assertThat(d.first()).isTrue();
        assertThat(f.slot(2).object).isEqualTo(new SlotObject.Dynptr(DynptrType.LOCAL, false, d.id(), 0));
        assertThat(f.slot(3).kind(0)).isEqualTo(StackSlot.DYNPTR);
        assertThat(w.state.references).isEmpty();
    }

    @Test
    void ringbufDynptrHoldsAReferenceUntilDestroyed() {
        pointTo(1, -16);
        DynptrArg.initialise(w, 1, DynptrType.RINGBUF, 0);
        assertThat(w.state.references).hasSize(1);
        assertThat(DynptrSlots.destroy(w, w.reg(1))).isTrue();
        assertThat(w.state.references).isEmpty();
        assertThat(DynptrSlots.of(w, w.reg(1))).isNull();
    }

    @Test
    void releaseEndsClonesInEveryFrameAndAllTheirSlices() {
        pointTo(1, -16);
        SlotObject.Dynptr original = DynptrArg.initialise(w, 1, DynptrType.RINGBUF, 0);
        w.frame().regs[6] =
                RegState.pointer(new RegType.Mem(PtrFlags.RDONLY | PtrFlags.DYNPTR_OTHER, 8, original.id()), 0, 0, 0);
        w.state.frames.add(new Frame(1, 0, 1));
        pointTo(2, -16);
        DynptrArg.initialise(w, 2, DynptrType.RINGBUF, original.refId());
        assertThat(w.state.references).hasSize(1);
        DynptrSlots.destroy(w, w.reg(2));
        Frame outer = w.state.frames.getFirst();
        assertThat(outer.slot(1).object).isNull();
        assertThat(outer.regs[6].isScalar()).isTrue();
    }

    @Test
    void releaseEndsSlicesOfClonesWhoseFrameIsGone() {
        pointTo(1, -16);
        SlotObject.Dynptr original = DynptrArg.initialise(w, 1, DynptrType.RINGBUF, 0);
        w.state.frames.add(new Frame(1, 0, 1));
        pointTo(2, -16);
        SlotObject.Dynptr clone = DynptrArg.initialise(w, 2, DynptrType.RINGBUF, original.refId());
        w.state.frames.removeLast();
        w.frame().regs[0] = RegState.pointer(new RegType.Mem(PtrFlags.DYNPTR_OTHER, 8, clone.id()), 0, 0, 0);
        DynptrSlots.destroy(w, w.reg(1));
        assertThat(w.reg(0).isScalar()).isTrue();
    }

    @Test
    void overwritingAReferencedDynptrIsRejected() {
        pointTo(1, -16);
        DynptrArg.initialise(w, 1, DynptrType.RINGBUF, 0);
        pointTo(2, -24);
        assertThatThrownBy(() -> DynptrArg.initialise(w, 2, DynptrType.LOCAL, 0))
                .satisfies(t -> assertThat(message(t)).isEqualTo("cannot overwrite referenced dynptr\n"));
    }

    @Test
    void overwritingHalfAnUnreferencedDynptrEndsItAndItsDataSlices() {
        pointTo(1, -16);
        SlotObject.Dynptr old = DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0);
        w.frame().regs[6] = RegState.pointer(new RegType.Mem(PtrFlags.MAYBE_NULL, 8, old.id()), 0, 7, 0);
        pointTo(2, -24);
        DynptrArg.initialise(w, 2, DynptrType.LOCAL, 0);
        assertThat(w.reg(6).isScalar()).isTrue();
        assertThat(w.frame().slot(0)).isEqualTo(StackSlot.EMPTY);
        assertThat(DynptrSlots.of(w, w.reg(1))).isNull();
        assertThat(DynptrSlots.of(w, w.reg(2))).isNotNull();
    }

    @Test
    void placesThatCannotHoldADynptrAreRejectedInTheKernelsWords() {
        pointTo(1, -15);
        assertThatThrownBy(() -> DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0))
                .satisfies(t -> assertThat(message(t))
                        .isEqualTo(
                                "cannot pass in dynptr at an offset=-15\nDynptr has to be an uninitialized dynptr\n"));
        pointTo(1, -8);
        assertThatThrownBy(() -> DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0))
                .satisfies(t -> assertThat(message(t)).startsWith("cannot pass in dynptr at an offset=-8\n"));
        w.frame().regs[1] = RegState.pointer(RegType.Stack.of(0)).withOff(-64).withVar(ScalarValue.ofUnsigned(0, 8));
        assertThatThrownBy(() -> DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0))
                .satisfies(t -> assertThat(message(t)).startsWith("dynptr has to be at a constant offset\n"));
    }

    @Test
    void theSecondSlotOfADynptrIsNotADynptr() {
        pointTo(1, -32);
        DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0);
        pointTo(3, -24);
        assertThatThrownBy(() -> DynptrArg.requireInitialised(w, 3, null, true))
                .satisfies(t -> assertThat(message(t)).isEqualTo("Expected an initialized dynptr as arg #2\n"));
    }

    @Test
    void releaseNeedsAReference() {
        pointTo(1, -16);
        DynptrArg.initialise(w, 1, DynptrType.LOCAL, 0);
        assertThatThrownBy(() -> DynptrArg.requireAcquired(w, 1))
                .satisfies(t -> assertThat(message(t)).isEqualTo("arg 1 is an unacquired reference\n"));
        w.frame().regs[1] =
                RegState.pointer(new RegType.DynptrPtr(0, DynptrType.LOCAL, 0)).withId(5);
        assertThatThrownBy(() -> DynptrArg.requireAcquired(w, 1))
                .satisfies(t -> assertThat(message(t)).isEqualTo("cannot release unowned const bpf_dynptr\n"));
    }
}
