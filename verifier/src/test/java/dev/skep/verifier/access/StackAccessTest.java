package dev.skep.verifier.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.CallMeta;
import dev.skep.verifier.insn.Bench;
import dev.skep.verifier.state.Frame;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import org.junit.jupiter.api.Test;

class StackAccessTest {
    private final Bench b = Bench.of(ProgramType.XDP);

    private RegState load(int off, int size) {
        MemoryAccess.load(b.w, 10, off, size, false, 1);
        return b.reg(1);
    }

    private void store(int off, int size, RegState value) {
        b.set(2, value);
        MemoryAccess.store(b.w, 10, off, size, 2, 0);
    }

    private String kinds(int spi) {
        StringBuilder s = new StringBuilder();
        for (int i = 7; i >= 0; i--) {
            s.append("?rm0dif".charAt(b.w.frame().slot(spi).kind(i)));
        }
        return s.toString();
    }

    @Test
    void aFullSpillRestoresTheRegisterAndLinksIt() {
        store(-8, 8, Bench.number(3, 9));
        RegState loaded = load(-8, 8);
        assertThat(loaded.var.umax).isEqualTo(9);
        assertThat(loaded.id).isPositive().isEqualTo(b.reg(2).id);
        assertThat(b.spills).containsExactly(0, 0);
    }

    @Test
    void aNarrowLoadOfASpilledNumberGivesItsLowBytes() {
        store(-8, 8, RegState.constant(0x1122_3344));
        assertThat(load(-8, 2).isConst(0x3344)).isTrue();
        assertThat(load(-4, 4)).isEqualTo(RegState.scalar(b.reg(1).var));
        assertThat(b.reg(1).var.umax).isEqualTo(0xffff_ffffL);
    }

    @Test
    void anUnalignedStoreOfZeroLeavesZeroBytesAndMakesTheSourcePrecise() {
        store(-4, 4, RegState.ZERO);
        assertThat(kinds(0)).isEqualTo("0000????");
        assertThat(b.precise).containsExactly(2);
        assertThat(load(-4, 4).isNull()).isTrue();
    }

    @Test
    void aStoreOverPartOfASpillLeavesMisc() {
        store(-8, 8, Bench.number(3, 9));
        store(-5, 1, RegState.ZERO);
        assertThat(kinds(0)).isEqualTo("mmmm0mmm");
        assertThat(load(-8, 8)).isEqualTo(RegState.UNKNOWN);
    }

    @Test
    void aNarrowSpillKeepsWhatIsLeftOfIt() {
        store(-4, 4, RegState.ZERO);
        store(-8, 4, Bench.number(0, 7));
        assertThat(kinds(0)).isEqualTo("0000rrrr");
        store(-16, 1, RegState.constant(5));
        assertThat(kinds(1)).isEqualTo("???????r");
    }

    @Test
    void aNumberTooWideForItsSlotLosesItsLink() {
        store(-8, 4, RegState.UNKNOWN.withId(6));
        assertThat(b.w.frame().slot(0).reg.id).isZero();
    }

    @Test
    void pointersAreSpilledWholeOrNotAtAll() {
        RegState ctx = RegState.pointer(new RegType.Ctx(0));
        assertThat(Bench.refusal(() -> store(-8, 4, ctx))).isEqualTo("invalid size of register spill");
        store(-8, 8, ctx);
        assertThat(Bench.refusal(() -> load(-8, 4))).isEqualTo("invalid size of register fill");
    }

    @Test
    void aCalleesStackPointerIsNotStoredInTheCallersFrame() {
        b.w.state.frames.add(new Frame(1, 0, 1));
        b.set(1, Bench.stack(0)).set(2, RegState.pointer(RegType.Stack.of(1)));
        assertThat(Bench.refusal(() -> MemoryAccess.store(b.w, 1, -8, 8, 2, 0)))
                .isEqualTo("cannot spill pointers to stack into stack frame of the caller");
    }

    @Test
    void staysInsideTheFrame() {
        assertThat(Bench.refusal(() -> load(-520, 8))).isEqualTo("invalid read from stack R10 off=-520 size=8");
        assertThat(Bench.refusal(() -> store(0, 8, RegState.ZERO)))
                .isEqualTo("invalid write to stack R10 off=0 size=8");
        assertThat(Bench.refusal(() -> load(-9, 8))).isEqualTo("misaligned stack access off 0+0+-9 size 8");
        b.set(3, Bench.stack(-8).withVar(Bench.signed(-1024, 8).var));
        assertThat(Bench.refusal(() -> MemoryAccess.load(b.w, 3, 0, 1, false, 1)))
                .startsWith("invalid variable-offset read from stack R3 var_off=(")
                .endsWith(") off=-8 size=1");
        b.set(3, Bench.stack(0).withVar(RegState.UNKNOWN.var));
        assertThat(Bench.refusal(() -> MemoryAccess.load(b.w, 3, 0, 1, false, 1)))
                .isEqualTo("invalid unbounded variable-offset read from stack R3");
    }

    @Test
    void uninitialisedBytesAreReadableByRootOnly() {
        assertThat(load(-8, 8)).isEqualTo(RegState.UNKNOWN);
        Bench other = Bench.unprivileged(ProgramType.SOCKET_FILTER);
        assertThat(Bench.refusal(() -> MemoryAccess.load(other.w, 10, -8, 8, false, 1)))
                .isEqualTo("invalid read from stack R10 off=-8 size=8");
        MemoryAccess.store(other.w, 10, -16, 8, -1, 0);
        assertThat(Bench.refusal(() -> MemoryAccess.load(other.w, 10, -8, 8, false, 1)))
                .isEqualTo("invalid read from stack off -8+0 size 8");
    }

    @Test
    void aVariableStoreSpoilsItsWholeRange() {
        store(-8, 8, RegState.ZERO);
        store(-16, 8, Bench.number(1, 2));
        b.set(3, Bench.stack(-16).withVar(Bench.number(0, 15).var)).set(2, RegState.constant(1));
        MemoryAccess.store(b.w, 3, 0, 1, 2, 0);
        assertThat(kinds(0)).isEqualTo("mmmmmmmm");
        assertThat(kinds(1)).isEqualTo("mmmmmmmm");
    }

    @Test
    void aVariableStoreOfZeroKeepsZeros() {
        MemoryAccess.store(b.w, 10, -4, 4, -1, 0);
        b.set(3, Bench.stack(-4).withVar(Bench.number(0, 3).var)).set(2, RegState.ZERO);
        MemoryAccess.store(b.w, 3, 0, 1, 2, 0);
        assertThat(kinds(0)).isEqualTo("0000????");
        MemoryAccess.load(b.w, 3, 0, 1, false, 1);
        assertThat(b.reg(1).isNull()).isTrue();
    }

    @Test
    void memoryWrittenByACallHoldsAnything() {
        store(-8, 8, Bench.number(1, 2));
        b.set(1, Bench.stack(-8));
        MemoryAccess.region(b.w, 1, 8, true, false, null);
        assertThat(kinds(0)).isEqualTo("mmmmmmmm");
    }

    @Test
    void rawOutputIsNotedForAfterTheCall() {
        CallMeta meta = new CallMeta("bpf_x", 1);
        meta.rawMode = true;
        b.set(1, Bench.stack(-16));
        MemoryAccess.region(b.w, 1, 12, true, false, meta);
        assertThat(meta.rawReg).isEqualTo(1);
        assertThat(meta.rawSize).isEqualTo(12);
        MemoryAccess.markWritten(b.w, 1, 12);
        assertThat(kinds(0)).isEqualTo("????mmmm");
        assertThat(kinds(1)).isEqualTo("mmmmmmmm");
    }
}
