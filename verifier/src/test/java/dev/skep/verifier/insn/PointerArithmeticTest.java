package dev.skep.verifier.insn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import org.junit.jupiter.api.Test;

class PointerArithmeticTest {
    private static final int ADD64 = 0x0f;
    private static final int SUB64 = 0x1f;
    private static final int AND64 = 0x5f;
    private static final int MUL64 = 0x2f;
    private static final int ADD32 = 0x0c;
    private static final RegState VALUE =
            RegState.pointer(new RegType.MapValue(0, MapSpec.of("m", MapType.ARRAY, 4, 48, 1), 0));
    private static final RegState PACKET = RegState.pointer(new RegType.Packet(0, 14));

    private static Bench op(int opcode, RegState dst, RegState src) {
        return Bench.of(ProgramType.XDP, Slot.of(opcode, 1, 2, 0, 0))
                .set(1, dst)
                .set(2, src);
    }

    @Test
    void constantsMoveTheFixedOffsetAndKeepThePacketRange() {
        Bench b = op(ADD64, PACKET, RegState.constant(6)).step();
        assertThat(b.reg(1).off).isEqualTo(6);
        assertThat(b.reg(1).type).isEqualTo(new RegType.Packet(0, 14));
        assertThat(op(SUB64, VALUE.withOff(8), RegState.constant(3)).step().reg(1).off)
                .isEqualTo(5);
    }

    @Test
    void anUnknownNumberMakesAPacketPointerANewBaseWithoutRange() {
        Bench b = op(ADD64, PACKET.withOff(4), Bench.number(0, 255)).step();
        assertThat(b.reg(1).type).isEqualTo(new RegType.Packet(0, 0));
        assertThat(b.reg(1).id).isPositive();
        assertThat(b.reg(1).off).isEqualTo(4);
        assertThat(b.reg(1).var.umax).isEqualTo(255);
        assertThat(b.precise).containsExactly(2);
    }

    @Test
    void numberPlusPointerIsThePointerMoved() {
        Bench b = op(ADD64, RegState.constant(8), VALUE).step();
        assertThat(b.reg(1)).isEqualTo(VALUE.withOff(8));
        assertThat(b.precise).containsExactly(1);
    }

    @Test
    void numberPlusUntrustedMemoryIsNoPointer() {
        RegState memory = RegState.pointer(new RegType.Mem(PtrFlags.UNTRUSTED | PtrFlags.RDONLY, 0, 0));
        assertThat(op(ADD64, RegState.constant(0), memory).step().reg(1)).isEqualTo(RegState.UNKNOWN);
        assertThat(op(ADD64, memory, RegState.constant(8)).step().reg(1)).isEqualTo(memory);
    }

    @Test
    void pointersMinusPointersAreUnknownNumbersForRoot() {
        assertThat(op(SUB64, PACKET, PACKET).step().reg(1)).isEqualTo(RegState.UNKNOWN);
        assertThat(op(ADD64, PACKET, PACKET).refusal()).isEqualTo("R1 pointer += pointer prohibited");
    }

    @Test
    void numberMinusPointerIsRefusedAfterTheNumberIsJudged() {
        assertThat(op(SUB64, Bench.number(0, 8), VALUE).refusal())
                .isEqualTo("R1 tried to subtract pointer from scalar");
        assertThat(op(SUB64, RegState.UNKNOWN, VALUE).refusal())
                .isEqualTo("math between map_value pointer and register with unbounded min value is not allowed");
    }

    @Test
    void stackPointersAreNotSubtractedFrom() {
        assertThat(op(SUB64, Bench.stack(0), RegState.constant(8)).refusal())
                .isEqualTo("R1 subtraction from stack pointer prohibited");
    }

    @Test
    void offsetsStayBelowTwoToThe29() {
        assertThat(op(ADD64, VALUE, RegState.constant(1 << 29)).refusal())
                .isEqualTo("math between map_value pointer and 536870912 is not allowed");
        assertThat(op(ADD64, VALUE.withOff((1 << 29) - 1), RegState.constant(1)).refusal())
                .isEqualTo("map_value pointer offset 536870912 is not allowed");
        assertThat(op(ADD64, VALUE, Bench.signed(-(1L << 30), 0)).refusal())
                .isEqualTo("value -1073741824 makes map_value pointer be out of bounds");
    }

    @Test
    void otherOperatorsAndWordArithmeticAreRefused() {
        assertThat(op(AND64, VALUE, RegState.constant(8)).refusal())
                .isEqualTo("R1 bitwise operator &= on pointer prohibited");
        assertThat(op(MUL64, VALUE, RegState.constant(8)).refusal())
                .isEqualTo("R1 pointer arithmetic with *= operator prohibited");
        assertThat(op(ADD32, VALUE, RegState.constant(8)).refusal())
                .isEqualTo("R1 32-bit pointer arithmetic prohibited");
    }

    @Test
    void pointersThatMayBeNullMustBeCheckedFirst() {
        RegState maybe = VALUE.withType(VALUE.type.with(PtrFlags.MAYBE_NULL));
        assertThat(op(ADD64, maybe, RegState.constant(8)).refusal())
                .isEqualTo("R1 pointer arithmetic on map_value_or_null prohibited, null-check it first");
    }

    @Test
    void fixedObjectsAreNotMoved() {
        assertThat(op(ADD64, RegState.pointer(new RegType.PacketEnd(0)), RegState.constant(8))
                        .refusal())
                .isEqualTo("R1 pointer arithmetic on pkt_end prohibited");
        assertThat(op(ADD64, RegState.pointer(new RegType.Socket(0)), RegState.ZERO)
                        .refusal())
                .isEqualTo("R1 pointer arithmetic on sock prohibited");
        MapSpec map = MapSpec.of("m", MapType.ARRAY, 4, 4, 1);
        assertThat(op(ADD64, RegState.pointer(new RegType.MapPtr(0, map, 0)), RegState.ZERO)
                        .refusal())
                .isEqualTo("accepted");
        assertThat(op(ADD64, RegState.pointer(new RegType.MapPtr(0, map, 0)), RegState.constant(8))
                        .refusal())
                .isEqualTo("R1 pointer arithmetic on map_ptr prohibited");
    }

    @Test
    void withoutPerfmonTheResultMustStayInsideTheObject() {
        Bench b = Bench.unprivileged(ProgramType.SOCKET_FILTER, Slot.of(ADD64, 1, 2, 0, 0));
        b.set(1, Bench.stack(-8)).set(2, RegState.constant(8));
        assertThat(b.refusal()).isEqualTo("R1 stack pointer arithmetic goes out of range, prohibited for !root; off=0");
        b.set(1, Bench.stack(-8)).set(2, Bench.signed(-8, 4));
        assertThat(b.refusal())
                .isEqualTo("R2 has unknown scalar with mixed signed bounds, pointer arithmetic with it prohibited for"
                        + " !root");
    }
}
