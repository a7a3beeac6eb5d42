package dev.skep.verifier.cfg;

import static dev.skep.verifier.cfg.Programs.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Opcodes and 64-bit loads, in the linear pass. */
class OpcodeCheckTest {
    private static final MapSpec ONE = MapSpec.of("one", MapType.ARRAY, 4, 64, 1);
    private static final MapSpec FOUR = MapSpec.of("four", MapType.ARRAY, 4, 64, 4);
    private static final MapSpec HASH = MapSpec.of("hash", MapType.HASH, 4, 64, 4);

    private static String valueLoad(MapSpec map, int offset) {
        ProgramSpec p = program(wide(1, Pseudo.MAP_VALUE, 0), (long) offset << 32, mov(0, 0), EXIT);
        return refusal(p.withMaps(List.of(map)));
    }

    @Test
    void refusesOpcodesThatDoNotExist() {
        for (int opcode : new int[] {0x00, 0x8c, 0x8f, 0x8d, 0xdf, 0xe4, 0xf5, 0x86, 0x96, 0xe6, 0xed, 0x38, 0x58}) {
            assertThat(refusal(opcode, EXIT)).isEqualTo("22 unknown opcode %02x".formatted(opcode));
        }
        assertThat(refusal(0x41, EXIT)).isEqualTo("22 BPF_LDX uses reserved fields");
        assertThat(refusal(Slot.of(0x79, 1, 1, 0, 5), EXIT)).isEqualTo("22 BPF_LDX uses reserved fields");
    }

    @Test
    void leavesOtherReservedFieldsToTheWalk() {
        assertThat(refusal(Slot.of(0xb7, 0, 3, 7, 0), EXIT)).isEqualTo("accepted");
        assertThat(refusal(Slot.of(0x7b, 10, 1, -8, 9), EXIT)).isEqualTo("accepted");
    }

    @Test
    void wantsASecondHalf() {
        assertThat(refusal(wide(1, 0, 5), mov(0, 0), EXIT)).isEqualTo("22 invalid bpf_ld_imm64 insn");
        assertThat(refusal(wide(1, 7, 5), 0, EXIT)).isEqualTo("22 unrecognized bpf_ld_imm64 insn");
        assertThat(refusal(wide(1, Pseudo.MAP_FD, 0), 1L << 32, EXIT)).isEqualTo("22 unrecognized bpf_ld_imm64 insn");
    }

    @Test
    void wantsMapsThatExist() {
        assertThat(refusal(wide(1, Pseudo.MAP_FD, 3), 0, EXIT)).isEqualTo("9 fd 3 is not pointing to valid bpf_map");
        assertThat(refusal(wide(1, Pseudo.MAP_FD, -1), 0, EXIT)).isEqualTo("9 fd -1 is not pointing to valid bpf_map");
    }

    @Test
    void takesAddressesInTheOnlyValueOfAnArray() {
        assertThat(valueLoad(ONE, 63)).isEqualTo("accepted");
        assertThat(valueLoad(ONE, 64)).isEqualTo("22 invalid access to map value pointer, value_size=64 off=64");
        assertThat(valueLoad(FOUR, 0)).isEqualTo("524 invalid access to map value pointer, value_size=64 off=0");
        assertThat(valueLoad(HASH, 0)).isEqualTo("22 no direct value access support for this map type");
        assertThat(valueLoad(ONE, 1 << 29)).isEqualTo("22 direct value offset of 536870912 is not allowed");
        assertThat(valueLoad(ONE, -1)).isEqualTo("22 direct value offset of 4294967295 is not allowed");
    }

    @Test
    void asksTheKernelWhetherTheMapFits() {
        ProgramSpec p = program(wide(1, Pseudo.MAP_FD, 0), 0, mov(0, 0), EXIT);
        assertThat(refusal(p.withMaps(List.of(MapSpec.of("forbidden", MapType.HASH, 4, 8, 1)))))
                .isEqualTo("22 not this map");
        assertThat(refusal(p.withMaps(List.of(HASH)))).isEqualTo("accepted");
    }

    @Test
    void refusesMoreThan64Maps() {
        for (int count : new int[] {64, 65}) {
            List<MapSpec> maps = new ArrayList<>();
            long[] slots = new long[count * 2 + 2];
            for (int i = 0; i < count; i++) {
                maps.add(MapSpec.of("m" + i, MapType.HASH, 4, 8, 1));
                slots[2 * i] = wide(1, Pseudo.MAP_FD, i);
            }
            slots[2 * count] = mov(0, 0);
            slots[2 * count + 1] = EXIT;
            assertThat(refusal(program(slots).withMaps(maps)))
                    .isEqualTo(
                            count == 64
                                    ? "accepted"
                                    : "7 The total number of maps per program has reached the limit of 64");
        }
    }

    @Test
    void reportsBadOpcodesBeforeUnreachableCode() {
        assertThat(refusal(EXIT, 0xff, EXIT)).isEqualTo("22 unknown opcode ff");
    }
}
