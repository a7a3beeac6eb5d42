package dev.skep.verifier.insn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.state.LinkedSet;
import dev.skep.verifier.state.Reference;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.state.StackSlot;
import dev.skep.verifier.state.VerifierState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import org.junit.jupiter.api.Test;

class BranchStepTest {
    private static final int JEQ_IMM = 0x15;
    private static final int JNE_IMM = 0x55;
    private static final int JGT_IMM = 0x25;
    private static final int JLT_IMM = 0xa5;
    private static final int JEQ_REG = 0x1d;
    private static final int JGT_REG = 0x2d;
    private static final int JGE_REG = 0x3d;
    private static final int JLE_REG = 0xbd;
    private static final int JLT_REG = 0xad;
    private static final int JEQ32_IMM = 0x16;
    private static final MapSpec MAP = MapSpec.of("m", MapType.HASH, 4, 48, 1);
    private static final RegState MAYBE_VALUE =
            RegState.pointer(new RegType.MapValue(PtrFlags.MAYBE_NULL, MAP, 0)).withId(3);

    /** The jump skips one of three instructions that keep R1 to R4 live. */
    private static Bench jump(int opcode, int imm) {
        boolean reg = (opcode & 8) != 0;
        return Bench.of(
                ProgramType.XDP,
                Slot.of(opcode, 1, reg ? 2 : 0, 1, imm),
                Slot.of(0xbf, 5, 1, 0, 0),
                Slot.of(0x0f, 1, 2, 0, 0),
                Slot.of(0x0f, 1, 3, 0, 0),
                Slot.of(0x0f, 1, 4, 0, 0));
    }

    @Test
    void aKnownOutcomeIsFollowedAloneAndMakesItsOperandPrecise() {
        Bench taken = jump(JGT_IMM, 5).set(1, Bench.number(6, 9)).step();
        assertThat(taken.w.next).isEqualTo(2);
        assertThat(taken.pushed).isEmpty();
        assertThat(taken.precise).containsExactly(1);
        Bench not = jump(JGT_IMM, 5).set(1, Bench.number(0, 5)).step();
        assertThat(not.w.next).isEqualTo(1);
    }

    @Test
    void anOpenOutcomeQueuesTheTargetAndRefinesBothSides() {
        Bench b = jump(JGT_IMM, 5).set(1, Bench.number(0, 100)).step();
        assertThat(b.w.next).isEqualTo(1);
        assertThat(b.reg(1).var.umax).isEqualTo(5);
        VerifierState taken = b.pushed.getFirst();
        assertThat(taken.insn).isEqualTo(2);
        assertThat(taken.frame().regs[1].var.umin).isEqualTo(6);
    }

    @Test
    void linkedRegistersAndSlotsLearnFromTheJump() {
        Bench b = jump(JLT_IMM, 10)
                .set(1, Bench.number(0, 1000).withId(4))
                .set(3, Bench.number(0, 1000).withId(4))
                .set(4, Bench.number(7, 1007).withDelta(4, 7));
        b.w.frame().setSlot(0, StackSlot.spill(Bench.number(0, 1000).withId(4)));
        b.step();
        assertThat(LinkedSet.size(b.linked)).isEqualTo(4);
        VerifierState taken = b.pushed.getFirst();
        assertThat(taken.frame().regs[3].var.umax).isEqualTo(9);
        assertThat(taken.frame().regs[4].var.umax).isEqualTo(16);
        assertThat(taken.frame().regs[4].hasDelta).isTrue();
        assertThat(taken.frame().slot(0).reg.var.umax).isEqualTo(9);
        assertThat(b.reg(3).var.umin).isEqualTo(10);
        assertThat(b.reg(4).var.umin).isEqualTo(17);
    }

    @Test
    void operandsOfOneIdTakeTwiceTheRoom() {
        Bench b = jump(JLT_REG, 0)
                .set(1, Bench.number(0, 1000).withId(4))
                .set(2, Bench.number(0, 1000).withId(4))
                .set(3, Bench.number(0, 1000).withId(4))
                .set(4, Bench.number(0, 1000).withId(4))
                .step();
        assertThat(LinkedSet.size(b.linked)).isEqualTo(LinkedSet.MAX);
        assertThat(b.reg(1).id).isEqualTo(4);
        assertThat(b.reg(3).id).as("found no room the second time").isZero();
        assertThat(b.reg(4).id).isZero();
    }

    @Test
    void deadRegistersAreNotLinked() {
        Bench b = jump(JLT_IMM, 10)
                .set(1, Bench.number(0, 1000).withId(4))
                .set(8, Bench.number(0, 1000).withId(4))
                .step();
        assertThat(b.linked).isZero();
        assertThat(b.pushed.getFirst().frame().regs[8].var.umax).isEqualTo(1000);
    }

    @Test
    void comparingWithNullConvertsEveryCopy() {
        Bench b = jump(JEQ_IMM, 0).set(1, MAYBE_VALUE).set(6, MAYBE_VALUE);
        b.w.frame().setSlot(0, StackSlot.spill(MAYBE_VALUE));
        b.step();
        assertThat(b.reg(1).type.maybeNull()).isFalse();
        assertThat(b.reg(6).id).isZero();
        assertThat(b.w.frame().slot(0).reg.type.kernelName()).isEqualTo("map_value");
        VerifierState isNull = b.pushed.getFirst();
        assertThat(isNull.frame().regs[1].isNull()).isTrue();
        assertThat(isNull.frame().slot(0).reg.isNull()).isTrue();
    }

    @Test
    void notEqualToNullIsTheOtherWayRound() {
        Bench b = jump(JNE_IMM, 0).set(1, MAYBE_VALUE).step();
        assertThat(b.reg(1).isNull()).isTrue();
        assertThat(b.pushed.getFirst().frame().regs[1].type.kernelName()).isEqualTo("map_value");
    }

    @Test
    void theNullSideHoldsNoReference() {
        RegState sock = RegState.pointer(new RegType.Socket(PtrFlags.MAYBE_NULL), 0, 5, 5);
        Bench b = jump(JEQ_IMM, 0).set(1, sock);
        b.w.state.references.add(new Reference(Reference.Kind.POINTER, 5, 0, null, 0));
        b.step();
        assertThat(b.w.state.references).hasSize(1);
        assertThat(b.reg(1).refId).isEqualTo(5);
        assertThat(b.pushed.getFirst().references).isEmpty();
    }

    @Test
    void wordComparisonsSayNothingOfPointers() {
        Bench b = jump(JEQ32_IMM, 0).set(1, MAYBE_VALUE).step();
        assertThat(b.reg(1)).isEqualTo(MAYBE_VALUE);
    }

    @Test
    void pointersThatAreNeverNullDecideComparisonsWithZero() {
        Bench b = jump(JNE_IMM, 0)
                .set(1, RegState.pointer(new RegType.MapPtr(0, MAP, 0)))
                .step();
        assertThat(b.pushed).isEmpty();
        assertThat(b.w.next).isEqualTo(2);
        assertThat(jump(JNE_IMM, 0).set(1, Bench.stack(0)).step().pushed).hasSize(1);
    }

    @Test
    void equalToAPointerThatIsNotNullIsNotNull() {
        Bench b = jump(JEQ_REG, 0)
                .set(1, MAYBE_VALUE)
                .set(2, RegState.pointer(new RegType.MapValue(0, MAP, 0)))
                .step();
        assertThat(b.pushed.getFirst().frame().regs[1].type.maybeNull()).isFalse();
        assertThat(b.reg(1).type.maybeNull()).isTrue();
    }

    private static final RegState PACKET =
            RegState.pointer(new RegType.Packet(0, 0)).withOff(8);
    private static final RegState END = RegState.pointer(new RegType.PacketEnd(0));

    private static int range(RegState reg) {
        return ((RegType.Packet) reg.type).range();
    }

    @Test
    void comparingWithThePacketEndProvesBytes() {
        Bench greater = jump(JGT_REG, 0)
                .set(1, PACKET)
                .set(2, END)
                .set(6, PACKET.withOff(0))
                .step();
        assertThat(range(greater.reg(6))).isEqualTo(8);
        assertThat(range(greater.pushed.getFirst().frame().regs[1])).isEqualTo(-2);
        Bench greaterEqual = jump(JGE_REG, 0).set(1, PACKET).set(2, END).step();
        assertThat(range(greaterEqual.reg(1))).isEqualTo(9);
        assertThat(range(greaterEqual.pushed.getFirst().frame().regs[1])).isEqualTo(-1);
        Bench lessEqual = jump(JLE_REG, 0).set(1, PACKET).set(2, END).step();
        assertThat(range(lessEqual.pushed.getFirst().frame().regs[1])).isEqualTo(8);
        assertThat(range(lessEqual.reg(1))).isEqualTo(-2);
    }

    @Test
    void theEndMayBeTheLeftOperand() {
        Bench b = jump(JLT_REG, 0).set(1, END).set(2, PACKET).step();
        assertThat(range(b.reg(2))).isEqualTo(8);
        assertThat(range(b.pushed.getFirst().frame().regs[2])).isEqualTo(-2);
    }

    @Test
    void equalityWithTheEndProvesNothing() {
        Bench b = jump(JEQ_REG, 0).set(1, PACKET).set(2, END).step();
        assertThat(range(b.reg(1))).isZero();
        assertThat(range(b.pushed.getFirst().frame().regs[1])).isZero();
    }

    @Test
    void aPointerKnownToBeBeyondTheEndDecidesTheNextComparison() {
        RegState beyond = PACKET.withType(new RegType.Packet(0, -2));
        Bench b = jump(JGT_REG, 0).set(1, beyond).set(2, END).step();
        assertThat(b.pushed).isEmpty();
        assertThat(b.w.next).isEqualTo(2);
    }

    @Test
    void withoutPerfmonOtherPointersAreNotCompared() {
        Bench b = Bench.unprivileged(ProgramType.SOCKET_FILTER, Slot.of(JEQ_IMM, 1, 0, 0, 0))
                .set(1, Bench.stack(0));
        assertThat(b.refusal()).isEqualTo("R1 pointer comparison prohibited");
        Bench value = Bench.unprivileged(ProgramType.SOCKET_FILTER, Slot.of(JEQ_IMM, 1, 0, 0, 0))
                .set(1, MAYBE_VALUE);
        assertThat(value.refusal()).isEqualTo("accepted");
    }

    @Test
    void reservedFieldsAreRefused() {
        Bench b = Bench.of(ProgramType.XDP, Slot.of(JEQ_IMM, 1, 3, 0, 0)).set(1, RegState.ZERO);
        assertThat(b.refusal()).isEqualTo("BPF_JMP/JMP32 uses reserved fields");
    }

    @Test
    void mayGotoLeavesTheLoopFirst() {
        Bench b = Bench.of(ProgramType.XDP, Slot.of(0xe5, 0, 0, 1, 0), Slot.of(0x05, 0, 0, -2, 0))
                .step();
        assertThat(b.w.next).isEqualTo(2);
        assertThat(b.pushed.getFirst().insn).isEqualTo(1);
        assertThat(b.pushed.getFirst().mayGotoDepth).isEqualTo(1);
    }
}
