package dev.skep.object.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AssemblerTest {
    @Test
    void resolvesLabelsInBothDirections() {
        BpfCode code = Assembler.assemble("""
            again:
            r1 += 1
            if r1 != 0x5 goto again
            call leaf          ; a subprogram
            r2 = func leaf
            exit
            leaf:
            r0 = 0
            exit
            """);
        assertThat(code.slot(1)).isEqualTo(Slot.of(0x55, 1, 0, -2, 5));
        assertThat(code.slot(2)).isEqualTo(Slot.of(0x85, 0, 1, 0, 3));
        assertThat(code.at(3)).isEqualTo(new Instruction.LoadImm64(2, Pseudo.FUNC, 2, 0));
    }

    @Test
    void takesLinesOfAKernelLog() {
        BpfCode code = Assembler.assemble("""
            0: (b7) r0 = 0                        ; R0_w=0
            1: (18) r1 = 0xffff888100000000
            3: (7b) *(u64 *)(r10 -8) = r1
            4: (85) call bpf_get_prandom_u32#7    ; R0_w=scalar()
            5: (95) exit
            """);
        assertThat(code.size()).isEqualTo(6);
        assertThat(((Instruction.LoadImm64) code.at(1)).value()).isEqualTo(0xffff888100000000L);
        assertThat(code.at(4)).isEqualTo(new Instruction.Call(Instruction.Call.Kind.HELPER, 7, 0, false));
    }

    @Test
    void writesMapReferences() {
        BpfCode code = Assembler.assemble("""
            r1 = map[2]
            r2 = map_value[1] + 8
            r3 = btf[99]
            r4 = 0x5 ll
            w5 = 0xffffffff
            """);
        assertThat(code.at(0)).isEqualTo(new Instruction.LoadImm64(1, Pseudo.MAP_FD, 2, 0));
        assertThat(code.at(2)).isEqualTo(new Instruction.LoadImm64(2, Pseudo.MAP_VALUE, 1, 8));
        assertThat(code.at(4)).isEqualTo(new Instruction.LoadImm64(3, Pseudo.BTF_ID, 99, 0));
        assertThat(code.at(6)).isEqualTo(new Instruction.LoadImm64(4, 0, 5, 0));
        assertThat(code.slot(8)).isEqualTo(Slot.of(0xb4, 5, 0, 0, -1));
    }

    @Test
    void callsHelpersByNameWhenTheyAreKnown() {
        BpfCode code = Assembler.assemble("call bpf_tail_call", name -> name.equals("bpf_tail_call") ? 12 : -1);
        assertThat(code.slot(0)).isEqualTo(Slot.of(0x85, 0, 0, 0, 12));
    }

    @Test
    void namesTheLineThatIsWrong() {
        assertThatThrownBy(() -> Assembler.assemble("exit\nr1 <> 5"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("line 2: instruction must be known: r1 <> 5");
        assertThatThrownBy(() -> Assembler.assemble("goto nowhere")).hasMessage("line 1: label must exist: nowhere");
        assertThatThrownBy(() -> Assembler.assemble("a:\na:")).hasMessage("line 2: label must be new: a:");
        assertThatThrownBy(() -> Assembler.assemble("r16 = 0")).hasMessage("line 1: number must fit: r16 = 0");
    }
}
