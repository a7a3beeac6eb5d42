package dev.skep.verifier.insn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoveStepTest {
    private static Bench move(int opcode, int off, int imm, RegState src) {
        return Bench.of(ProgramType.XDP, Slot.of(opcode, 1, 2, off, imm)).set(2, src);
    }

    @Test
    void aCopyOfAnUnknownNumberSharesAFreshId() {
        Bench b = move(0xbf, 0, 0, RegState.UNKNOWN).step();
        assertThat(b.reg(1).id).isPositive();
        assertThat(b.reg(2)).isEqualTo(b.reg(1));
    }

    @Test
    void aCopyOfAConstantNeedsNoId() {
        assertThat(move(0xbf, 0, 0, RegState.constant(9)).step().reg(1).id).isZero();
    }

    @Test
    void copyingASumDropsItsOldLinkFirst() {
        Bench b = move(0xbf, 0, 0, Bench.number(0, 9).withDelta(99, 4)).step();
        assertThat(b.reg(1).id).isNotEqualTo(99).isPositive();
        assertThat(b.reg(1).hasDelta).isFalse();
        assertThat(b.reg(2).hasDelta).isFalse();
    }

    @Test
    void aWordMoveKeepsTheLinkOnlyIfNothingIsCut() {
        assertThat(move(0xbc, 0, 0, Bench.number(0, 9)).step().reg(1).id).isPositive();
        Bench cut = move(0xbc, 0, 0, RegState.UNKNOWN.withId(5)).step();
        assertThat(cut.reg(1).id).isZero();
        assertThat(cut.reg(1).var.umax).isEqualTo(0xffff_ffffL);
    }

    @Test
    void signExtendingAByte() {
        Bench b = move(0xbf, 8, 0, RegState.UNKNOWN).step();
        assertThat(b.reg(1).var.smin).isEqualTo(-128);
        assertThat(b.reg(1).var.smax).isEqualTo(127);
        assertThat(b.reg(1).id).isZero();
        assertThat(move(0xbf, 8, 0, Bench.number(0, 127)).step().reg(1).id).isPositive();
    }

    @Test
    void aWordImmediateIsZeroExtended() {
        Bench b = Bench.of(ProgramType.XDP, Slot.of(0xb4, 1, 0, 0, -1)).step();
        assertThat(b.reg(1).isConst(0xffff_ffffL)).isTrue();
        assertThat(Bench.of(ProgramType.XDP, Slot.of(0xb7, 1, 0, 0, -1))
                        .step()
                        .reg(1)
                        .isConst(-1))
                .isTrue();
    }

    @Test
    void partsOfPointersBecomeNumbersForRootOnly() {
        RegState ctx = RegState.pointer(new RegType.Ctx(0));
        assertThat(move(0xbc, 0, 0, ctx).step().reg(1).var.umax).isEqualTo(0xffff_ffffL);
        assertThat(Bench.unprivileged(ProgramType.XDP, Slot.of(0xbc, 1, 2, 0, 0))
                        .set(2, ctx)
                        .refusal())
                .isEqualTo("R2 partial copy of pointer");
        assertThat(Bench.unprivileged(ProgramType.XDP, Slot.of(0xbf, 1, 2, 8, 0))
                        .set(2, ctx)
                        .refusal())
                .isEqualTo("R2 sign-extension part of pointer");
    }

    @Test
    void addressSpaceCastsNeedAnArena() {
        assertThat(move(0xbf, 1, 1, RegState.UNKNOWN).refusal())
                .isEqualTo("addr_space_cast insn can only be used in a program that has an associated arena");
        assertThat(move(0xbf, 1, 2, RegState.UNKNOWN).refusal())
                .isEqualTo("addr_space_cast insn can only convert between address space 1 and 0");
        Bench b = Bench.of(Bench.program(ProgramType.XDP, Slot.of(0xbf, 1, 2, 1, 1))
                .withMaps(List.of(MapSpec.of("a", MapType.ARENA, 0, 0, 1))));
        assertThat(b.set(2, RegState.UNKNOWN).step().reg(1).type).isEqualTo(new RegType.Arena(0));
    }

    @Test
    void reservedFieldsAreRefused() {
        assertThat(move(0xbf, 3, 0, RegState.ZERO).refusal()).isEqualTo("BPF_MOV uses reserved fields");
        assertThat(move(0xbf, 0, 3, RegState.ZERO).refusal()).isEqualTo("BPF_MOV uses reserved fields");
    }
}
