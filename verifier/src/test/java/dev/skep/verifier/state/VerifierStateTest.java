package dev.skep.verifier.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.verifier.state.Reference.Kind;
import dev.skep.verifier.type.RegType;
import org.junit.jupiter.api.Test;

/** States and frames: copies that share nothing, what is held, what may sleep. */
class VerifierStateTest {
    private static VerifierState state(int frames) {
        VerifierState s = new VerifierState();
        for (int i = 0; i < frames; i++) {
            s.frames.add(new Frame(i, 10 * i - 1, i));
        }
        s.sleepable = true;
        return s;
    }

    private static Reference reference(Kind kind, int id) {
        return new Reference(kind, id, 3, null, 0);
    }

    @Test
    void aCopyHasItsOwnFramesAndReferences() {
        VerifierState s = state(2);
        s.references.add(reference(Kind.POINTER, 5));
        VerifierState copy = s.copy();
        copy.frames.get(0).regs[1] = RegState.ZERO;
        copy.frames.get(1).setSlot(2, StackSlot.ALL_MISC);
        copy.references.clear();
        copy.frames.removeLast();
        assertThat(s.frames).hasSize(2);
        assertThat(s.frames.get(0).regs[1]).isEqualTo(RegState.NOT_INIT);
        assertThat(s.frames.get(1).slotCount()).isZero();
        assertThat(s.references).hasSize(1);
    }

    @Test
    void aCopyStandsWhereTheOriginalStands() {
        VerifierState s = state(1);
        s.rcuLock = true;
        s.preemptDepth = 2;
        s.activeIrqId = 3;
        s.speculative = true;
        s.parent = state(1);
        s.firstInsn = 4;
        s.lastInsn = 5;
        s.insn = 6;
        s.pushedFrom = 7;
        s.mayGotoDepth = 8;
        s.callbackUnrollDepth = 9;
        s.dfsDepth = 10;
        s.history = new Jump(1, 0, Jump.NO_SLOT, false, false, 0, null);
        s.historyLength = 1;
        s.branches = 4;
        s.exploration = "a checkpoint's";
        assertThat(s.copy())
                .usingRecursiveComparison()
                .ignoringFields("branches", "exploration")
                .isEqualTo(s);
        assertThat(s.copy().branches).isEqualTo(1);
        assertThat(s.copy().exploration).isNull();
    }

    @Test
    void namesTheInstructionOfEachFrame() {
        VerifierState s = state(3);
        s.insn = 99;
        assertThat(s.currentFrame()).isEqualTo(2);
        assertThat(s.frame()).isSameAs(s.frames.get(2));
        assertThat(s.insnOf(2)).isEqualTo(99);
        assertThat(s.insnOf(1)).isEqualTo(19);
        assertThat(s.insnOf(0)).isEqualTo(9);
    }

    @Test
    void changesRegistersInAllFramesAndSlotsButNotTheFramePointer() {
        VerifierState s = state(2);
        RegState held = RegState.pointer(new RegType.Ctx(0), 0, 0, 7);
        s.frames.get(0).regs[9] = held;
        s.frames.get(0).regs[0] = held;
        s.frames.get(1).setSlot(0, StackSlot.spill(held));
        s.frames.get(1).setSlot(1, StackSlot.spill(0x1111_2222, held));
        s.frames.get(1).setSlot(2, StackSlot.ALL_ZERO);
        s.mapRegisters(r -> r.refId == 7 ? RegState.UNKNOWN : r);
        assertThat(s.frames.get(0).regs[9]).isEqualTo(RegState.UNKNOWN);
        assertThat(s.frames.get(0).regs[0]).isEqualTo(RegState.UNKNOWN);
        assertThat(s.frames.get(1).slot(0)).isEqualTo(StackSlot.spill(RegState.UNKNOWN));
        assertThat(s.frames.get(1).slot(1)).isEqualTo(StackSlot.spill(0x1111_2222, RegState.UNKNOWN));
        assertThat(s.frames.get(1).slot(2)).isSameAs(StackSlot.ALL_ZERO);
        s.mapRegisters(_ -> RegState.NOT_INIT);
        assertThat(s.frames.get(1).regs[10].isPointer()).isTrue();
        assertThat(s.frames.get(1).slot(0)).isSameAs(StackSlot.ALL_MISC);
        assertThat(s.frames.get(0).regs[9]).isEqualTo(RegState.NOT_INIT);
    }

    @Test
    void neverAsksAboutRegistersThatHoldNothing() {
        VerifierState s = state(1);
        s.mapRegisters(_ -> RegState.ZERO);
        assertThat(s.frame().regs[3]).isEqualTo(RegState.NOT_INIT);
    }

    @Test
    void findsTheInnermostLock() {
        VerifierState s = state(1);
        assertThat(s.activeLock()).isNull();
        assertThat(s.lockCount()).isZero();
        s.references.add(reference(Kind.SPIN_LOCK, 1));
        s.references.add(reference(Kind.RES_SPIN_LOCK, 2));
        s.references.add(reference(Kind.POINTER, 3));
        s.references.add(reference(Kind.IRQ, 4));
        assertThat(s.activeLock().id()).isEqualTo(2);
        assertThat(s.lockCount()).isEqualTo(2);
        s.references.add(reference(Kind.RES_SPIN_LOCK_IRQ, 5));
        assertThat(s.activeLock().id()).isEqualTo(5);
        assertThat(s.objectReferences()).extracting(Reference::id).containsExactly(3);
    }

    @Test
    void findsAReferenceByItsIdAmongObjects() {
        VerifierState s = state(1);
        s.references.add(reference(Kind.SPIN_LOCK, 1));
        s.references.add(reference(Kind.POINTER, 2));
        assertThat(s.reference(1)).isNull();
        assertThat(s.reference(2).kind()).isEqualTo(Kind.POINTER);
        assertThat(s.reference(3)).isNull();
    }

    @Test
    void mustNotSleepWhereAnythingForbidsIt() {
        assertThat(state(1).mustNotSleep()).isFalse();
        assertThat(state(1).inRcuSection()).isFalse();
        for (int reason = 0; reason < 5; reason++) {
            VerifierState s = state(1);
            switch (reason) {
                case 0 -> s.sleepable = false;
                case 1 -> s.rcuLock = true;
                case 2 -> s.preemptDepth = 1;
                case 3 -> s.activeIrqId = 1;
                default -> s.references.add(reference(Kind.SPIN_LOCK, 1));
            }
            assertThat(s.mustNotSleep()).as("reason %d", reason).isTrue();
            assertThat(s.inRcuSection()).as("reason %d", reason).isTrue();
        }
    }

    @Test
    void aNewFrameKnowsOnlyItsFramePointer() {
        Frame f = new Frame(2, 7, 3);
        for (int r = 0; r < 10; r++) {
            assertThat(f.regs[r]).isEqualTo(RegState.NOT_INIT);
        }
        assertThat(f.regs[10].type).isEqualTo(RegType.Stack.of(2));
        assertThat(f.slotCount()).isZero();
        assertThat(f.stackBytes()).isZero();
        assertThat(f.slot(5)).isSameAs(StackSlot.EMPTY);
    }

    @Test
    void aFrameGrowsToTheDeepestSlot() {
        Frame f = new Frame(0, -1, 0);
        f.setSlot(3, StackSlot.ALL_MISC);
        assertThat(f.slotCount()).isEqualTo(4);
        assertThat(f.stackBytes()).isEqualTo(32);
        assertThat(f.slot(0)).isSameAs(StackSlot.EMPTY);
        assertThat(f.slot(3)).isSameAs(StackSlot.ALL_MISC);
        assertThat(f.slot(4)).isSameAs(StackSlot.EMPTY);
        f.grow(2);
        assertThat(f.slotCount()).isEqualTo(4);
        f.grow(5);
        assertThat(f.slot(3)).isSameAs(StackSlot.ALL_MISC);
        assertThat(f.slot(4)).isSameAs(StackSlot.EMPTY);
    }

    @Test
    void aCopiedFrameIsTheSameAndItsOwn() {
        Frame f = new Frame(1, 4, 2);
        f.setSlot(0, StackSlot.ALL_ZERO);
        f.covered = 1;
        f.inCallback = true;
        f.inAsyncCallback = true;
        f.asyncEntries = 3;
        f.inExceptionCallback = true;
        f.callbackDepth = 2;
        f.callbackReturnRange = new long[] {0, 1};
        Frame copy = f.copy();
        assertThat(copy).usingRecursiveComparison().isEqualTo(f);
        copy.setSlot(0, StackSlot.ALL_MISC);
        copy.regs[0] = RegState.ZERO;
        assertThat(f.slot(0)).isSameAs(StackSlot.ALL_ZERO);
        assertThat(f.regs[0]).isEqualTo(RegState.NOT_INIT);
    }
}
