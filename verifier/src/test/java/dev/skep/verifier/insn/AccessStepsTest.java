package dev.skep.verifier.insn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.type.RegType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loads, stores, atomics, immediate and packet loads as instructions; the memory rules have tests of their own. */
class AccessStepsTest {
    private static final int LDX_DW = 0x79;
    private static final int STX_DW = 0x7b;
    private static final int ST_DW = 0x7a;
    private static final int ATOMIC_DW = 0xdb;
    private static final int ATOMIC_H = 0xcb;
    private static final int FETCH_ADD = 0x01;
    private static final int CMPXCHG = 0xf1;
    private static final RegState CTX = RegState.pointer(new RegType.Ctx(0));

    private static Bench one(ProgramType type, int opcode, int dst, int src, int off, int imm) {
        return Bench.of(type, Slot.of(opcode, dst, src, off, imm));
    }

    @Test
    void storesAndLoadsThroughTheStackKeepTheValue() {
        Bench b = Bench.of(ProgramType.XDP, Slot.of(STX_DW, 10, 1, -8, 0), Slot.of(LDX_DW, 2, 10, -8, 0));
        b.set(1, CTX).step().at(1).step();
        assertThat(b.reg(2)).isEqualTo(CTX);
    }

    @Test
    void oneInstructionReachesOneKindOfRewrittenPointer() {
        Bench b = one(ProgramType.XDP, LDX_DW, 2, 1, 0, 0);
        b.w.frame().setSlot(0, StackSlot.ALL_MISC);
        b.set(1, Bench.stack(-8)).step();
        b.set(1, RegState.pointer(new RegType.Arena(0)));
        assertThat(b.refusal()).isEqualTo("same insn cannot be used with different pointers");
    }

    @Test
    void storeChecksTheSourceBeforeTheBase() {
        assertThat(one(ProgramType.XDP, STX_DW, 3, 2, 0, 0).refusal()).isEqualTo("R2 !read_ok");
        assertThat(one(ProgramType.XDP, STX_DW, 3, 2, 0, 0).set(2, CTX).refusal())
                .isEqualTo("R3 !read_ok");
        assertThat(one(ProgramType.XDP, ST_DW, 10, 1, -8, 0).refusal()).isEqualTo("BPF_ST uses reserved fields");
        assertThat(one(ProgramType.XDP, STX_DW, 10, 2, -8, 1).set(2, CTX).refusal())
                .isEqualTo("BPF_STX uses reserved fields");
    }

    @Test
    void atomicsAreRefusedOnContextsAndPackets() {
        assertThat(one(ProgramType.XDP, ATOMIC_DW, 1, 2, 0, 0)
                        .set(1, CTX)
                        .set(2, RegState.ZERO)
                        .refusal())
                .isEqualTo("BPF_ATOMIC stores into R1 ctx is not allowed");
        assertThat(one(ProgramType.XDP, ATOMIC_H, 10, 2, -8, 0)
                        .set(2, RegState.ZERO)
                        .refusal())
                .isEqualTo("invalid atomic operand size");
        assertThat(one(ProgramType.XDP, ATOMIC_DW, 10, 2, -8, 0x77)
                        .set(2, RegState.ZERO)
                        .refusal())
                .isEqualTo("BPF_ATOMIC uses invalid atomic opcode 77");
    }

    @Test
    void atomicsAreAlwaysAligned() {
        RegState value = RegState.pointer(new RegType.MapValue(0, MapSpec.of("m", MapType.ARRAY, 4, 16, 1), 0));
        assertThat(one(ProgramType.XDP, ATOMIC_DW, 1, 2, 3, 0)
                        .set(1, value)
                        .set(2, RegState.ZERO)
                        .refusal())
                .isEqualTo("misaligned value access off 0+0+3 size 8");
    }

    @Test
    void fetchingReadsTheTrackedSlotAndLeavesItUnknown() {
        Bench b = one(ProgramType.XDP, ATOMIC_DW, 10, 2, -8, FETCH_ADD).set(2, RegState.constant(1));
        b.w.frame().setSlot(0, StackSlot.spill(RegState.constant(7)));
        b.step();
        assertThat(b.reg(2).isConst(7)).isTrue();
        assertThat(b.w.frame().slot(0)).isEqualTo(StackSlot.ALL_MISC);
    }

    @Test
    void compareAndExchangeReadsAndSetsR0() {
        Bench b = one(ProgramType.XDP, ATOMIC_DW, 10, 2, -8, CMPXCHG).set(2, RegState.constant(1));
        assertThat(b.refusal()).isEqualTo("R0 !read_ok");
        b.w.frame().setSlot(0, StackSlot.ALL_MISC);
        b.set(0, RegState.ZERO).step();
        assertThat(b.reg(0)).isEqualTo(RegState.UNKNOWN);
    }

    @Test
    void immediateLoadsGiveConstantsMapsAndPlacesInMaps() {
        MapSpec map = MapSpec.of("m", MapType.ARRAY, 4, 16, 1);
        Bench constant = Bench.of(ProgramType.XDP, Slot.of(0x18, 1, 0, 0, 5), Slot.of(0, 0, 0, 0, 1))
                .step();
        assertThat(constant.reg(1).isConst(0x1_0000_0005L)).isTrue();
        assertThat(constant.w.next).isEqualTo(2);
        Bench named = Bench.of(Bench.program(ProgramType.XDP, Slot.of(0x18, 1, 1, 0, 0), 0)
                        .withMaps(List.of(map)))
                .step();
        assertThat(named.reg(1).type).isEqualTo(new RegType.MapPtr(0, map, 0));
        Bench place = Bench.of(Bench.program(ProgramType.XDP, Slot.of(0x18, 1, 2, 0, 0), Slot.of(0, 0, 0, 0, 4))
                        .withMaps(List.of(map)))
                .step();
        assertThat(place.reg(1))
                .isEqualTo(RegState.pointer(new RegType.MapValue(0, map, 0)).withOff(4));
    }

    @Test
    void packetLoadsNeedTheContextInR6AndLoseTheArguments() {
        assertThat(one(ProgramType.XDP, 0x20, 0, 0, 0, 4).refusal())
                .isEqualTo("BPF_LD_[ABS|IND] instructions not allowed for this program type");
        assertThat(one(ProgramType.SCHED_CLS, 0x20, 0, 0, 0, 4).refusal()).isEqualTo("R6 !read_ok");
        assertThat(one(ProgramType.SCHED_CLS, 0x20, 0, 0, 0, 4)
                        .set(6, RegState.ZERO)
                        .refusal())
                .isEqualTo("at the time of BPF_LD_ABS|IND R6 != pointer to skb");
        Bench b = one(ProgramType.SCHED_CLS, 0x20, 0, 0, 0, 4)
                .set(6, CTX)
                .set(1, CTX)
                .step();
        assertThat(b.reg(0)).isEqualTo(RegState.UNKNOWN);
        assertThat(b.reg(1).isInit()).isFalse();
    }

    @Test
    void packetLoadsMayEndTheProgramSoNothingMayBeHeld() {
        Bench b = one(ProgramType.SCHED_CLS, 0x20, 0, 0, 0, 4).set(6, CTX);
        b.w.state.references.add(new Reference(Reference.Kind.POINTER, 1, 0, null, 0));
        assertThat(b.refusal()).endsWith("BPF_LD_[ABS|IND] would lead to reference leak");
    }
}
