package dev.skep.verifier.insn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Slot;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.RegType;
import dev.skep.verifier.value.ScalarValue;
import org.junit.jupiter.api.Test;

class AluStepTest {
    private static final int ADD64_IMM = 0x07;
    private static final int ADD64_REG = 0x0f;
    private static final int ADD32_IMM = 0x04;
    private static final int SUB64_IMM = 0x17;
    private static final int AND64_IMM = 0x57;
    private static final int DIV64_IMM = 0x37;
    private static final int LSH64_IMM = 0x67;
    private static final int LSH32_IMM = 0x64;
    private static final int NEG64 = 0x87;
    private static final int BE = 0xdc;

    private static Bench one(int opcode, int dst, int src, int imm) {
        return Bench.of(ProgramType.XDP, Slot.of(opcode, dst, src, 0, imm));
    }

    @Test
    void addsRanges() {
        Bench b = one(ADD64_REG, 1, 2, 0)
                .set(1, Bench.number(1, 5))
                .set(2, Bench.number(10, 20))
                .step();
        assertThat(b.reg(1).var.umin).isEqualTo(11);
        assertThat(b.reg(1).var.umax).isEqualTo(25);
        assertThat(b.w.next).isEqualTo(1);
    }

    @Test
    void refusesAnUnsetOperandAndTheFramePointerAsDestination() {
        assertThat(one(ADD64_IMM, 1, 0, 1).refusal()).isEqualTo("R1 !read_ok");
        assertThat(one(ADD64_IMM, 10, 0, 1).refusal()).isEqualTo("frame pointer is read only");
        assertThat(one(ADD64_IMM, 12, 0, 1).refusal()).isEqualTo("R12 is invalid");
    }

    @Test
    void refusesConstantDivisionByZeroAndTooLargeShifts() {
        assertThat(one(DIV64_IMM, 1, 0, 0).set(1, RegState.UNKNOWN).refusal()).isEqualTo("div by zero");
        assertThat(one(LSH64_IMM, 1, 0, 64).set(1, RegState.UNKNOWN).refusal()).isEqualTo("invalid shift 64");
        assertThat(one(LSH32_IMM, 1, 0, 32).set(1, RegState.UNKNOWN).refusal()).isEqualTo("invalid shift 32");
        assertThat(one(LSH32_IMM, 1, 0, -1).set(1, RegState.UNKNOWN).refusal()).isEqualTo("invalid shift -1");
    }

    @Test
    void refusesReservedFieldsOnlyWhenReached() {
        assertThat(one(ADD64_IMM, 1, 3, 1).set(1, RegState.ZERO).refusal()).isEqualTo("BPF_ALU uses reserved fields");
        assertThat(one(NEG64, 1, 0, 7).set(1, RegState.ZERO).refusal()).isEqualTo("BPF_NEG uses reserved fields");
        assertThat(one(BE, 1, 0, 8).set(1, RegState.ZERO).refusal()).isEqualTo("BPF_END uses reserved fields");
    }

    @Test
    void addingAConstantToALinkedCopyKeepsTheLinkWithItsDistance() {
        Bench b = one(ADD64_IMM, 1, 0, 5).set(1, Bench.number(0, 100).withId(7)).step();
        assertThat(b.reg(1).id).isEqualTo(7);
        assertThat(b.reg(1).hasDelta).isTrue();
        assertThat(b.reg(1).off).isEqualTo(5);
    }

    @Test
    void subtractingAConstantLinksWithANegativeDistanceAndASecondAdditionUnlinks() {
        Bench b =
                one(SUB64_IMM, 1, 0, 5).set(1, Bench.number(10, 100).withId(7)).step();
        assertThat(b.reg(1).off).isEqualTo(-5);
        b.at(0).step();
        assertThat(b.reg(1).id).isZero();
        assertThat(b.reg(1).hasDelta).isFalse();
    }

    @Test
    void aWordAdditionLinksOnlyNumbersThatFitAWord() {
        Bench fits =
                one(ADD32_IMM, 1, 0, 5).set(1, Bench.number(0, 100).withId(7)).step();
        assertThat(fits.reg(1).delta32).isTrue();
        Bench wide = one(ADD32_IMM, 1, 0, 5).set(1, RegState.UNKNOWN.withId(7)).step();
        assertThat(wide.reg(1).id).isZero();
    }

    @Test
    void otherOperationsUnlink() {
        Bench b =
                one(AND64_IMM, 1, 0, 15).set(1, Bench.number(0, 100).withId(7)).step();
        assertThat(b.reg(1).id).isZero();
        assertThat(b.reg(1).var.umax).isEqualTo(15);
    }

    @Test
    void maskingWithASignMaskWalksBothValues() {
        Bench b = one(AND64_IMM, 1, 0, 12).set(1, Bench.signed(-1, 0)).step();
        assertThat(b.reg(1).isConst(12)).isTrue();
        assertThat(b.pushed).hasSize(1);
        assertThat(b.pushed.getFirst().insn).isZero();
        assertThat(b.pushed.getFirst().frame().regs[1].isConst(0)).isTrue();
    }

    @Test
    void aPreciseDestinationMakesTheSourcePrecise() {
        Bench b = one(ADD64_REG, 1, 2, 0)
                .set(1, Bench.number(1, 5).withPrecise(true))
                .set(2, Bench.number(1, 5))
                .step();
        assertThat(b.precise).containsExactly(2);
        assertThat(b.reg(1).precise).isTrue();
    }

    @Test
    void divisionGivesAnUnknownNumber() {
        assertThat(one(DIV64_IMM, 1, 0, 4).set(1, RegState.constant(8)).step().reg(1).var)
                .isSameAs(ScalarValue.UNKNOWN);
    }

    @Test
    void negatingAPointerGivesANumberToRootOnly() {
        Bench root =
                one(NEG64, 1, 0, 0).set(1, RegState.pointer(new RegType.Ctx(0))).step();
        assertThat(root.reg(1)).isEqualTo(RegState.UNKNOWN);
        Bench other = Bench.unprivileged(ProgramType.XDP, Slot.of(NEG64, 1, 0, 0, 0))
                .set(1, RegState.pointer(new RegType.Ctx(0)));
        assertThat(other.refusal()).isEqualTo("R1 pointer arithmetic prohibited");
    }

    @Test
    void arenaPointersStayArenaPointersUnderAnyOperation() {
        Bench b = one(AND64_IMM, 1, 0, 15)
                .set(1, RegState.pointer(new RegType.Arena(0)))
                .step();
        assertThat(b.reg(1).type).isEqualTo(new RegType.Arena(0));
    }

    @Test
    void byteSwapSwapsKnownBits() {
        Bench b = one(BE, 1, 0, 16).set(1, Bench.number(0, 0x7ff)).step();
        assertThat(b.reg(1).var.var.toString()).isEqualTo("(0x0; 0xff07)");
    }
}
