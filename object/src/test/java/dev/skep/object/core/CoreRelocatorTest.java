package dev.skep.object.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfExt;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Disassembler;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreRelocatorTest {
    private static ProgramSpec link(String program) throws ObjectFormatException {
        ObjectSpec object = TestObjects.read("core.o");
        return Linker.link(object, object.program(program), LinkOptions.of(TestObjects.types("core_target.o")));
    }

    private static List<String> lines(ProgramSpec program) {
        BpfCode code = program.code();
        List<String> out = new ArrayList<>();
        for (int i = 0; i < code.size(); i += code.width(i)) {
            out.add(Disassembler.text(code, i, Disassembler.Names.NONE));
        }
        return out;
    }

    /** The constants that a program stores one after another. */
    private static List<Long> stored(ProgramSpec program) {
        List<Long> out = new ArrayList<>();
        long last = 0;
        for (int i = 0; i < program.code().size(); i++) {
            switch (program.code().at(i)) {
                case Instruction.Move m when m.is64() && !m.fromRegister() -> last = m.imm();
                case Instruction.LoadImm64 l when l.pseudo() == 0 -> last = l.value();
                case Instruction.Store _ -> out.add(last);
                case null, default -> {}
            }
        }
        return out;
    }

    @Test
    void movesFieldsToTheirPlaceInTheTarget() throws ObjectFormatException {
        assertThat(lines(link("fields")))
                .contains(
                        "r3 = *(u32 *)(r1 +16)", // x
                        "r3 = *(u32 *)(r1 +8)", // y, in an anonymous struct in an anonymous union
                        "r3 = *(u32 *)(r1 +24)", // grows, u16 here and u32 there
                        "r3 = *(u64 *)(r1 +40)", // pointer
                        "r3 = *(u32 *)(r1 +60)", // list[3]
                        "r3 = *(u32 *)(r1 +12)", // moved
                        "*(u32 *)(r1 +8) = r3",
                        "r3 = 56"); // &list[2]
    }

    @Test
    void answersQuestionsAboutFields() throws ObjectFormatException {
        // gone exists, y exists, size of grows, sign of shrinks, shifts of bits, sign of more, offset of bits, ancient
        // exists, size of bits
        assertThat(stored(link("infos"))).containsExactly(0L, 1L, 4L, 1L, 56L, 59L, 1L, 20L, 0L, 4L);
    }

    @Test
    void answersQuestionsAboutTypes() throws ObjectFormatException {
        long local = TestObjects.types("core.o").find("point", BtfType.Struct.class);
        long target = TestObjects.types("core_target.o").find("point", BtfType.Struct.class);
        // local id, target id, target id of absent, point exists, absent exists, size of point, same matches, other
        // matches, callback exists
        assertThat(stored(link("types"))).containsExactly(local, target, 0L, 1L, 0L, 80L, 1L, 0L, 1L);
    }

    @Test
    void answersQuestionsAboutEnumerators() throws ObjectFormatException {
        assertThat(stored(link("enums"))).containsExactly(1L, 9L, 0L, 0x9876543210L);
    }

    @Test
    void poisonsAccessToMissingFields() throws ObjectFormatException {
        ProgramSpec program = link("missing");
        assertThat(lines(program).get(2)).isEqualTo("call unknown#195896080");
        assertThat(program.poisoned().get(2)).matches("<byte_off> \\[\\d+] struct point.gone \\(0:9 @ offset 64\\)");
        assertThat(program.unresolved()).containsKey(CoreRelocator.POISON);
    }

    @Test
    void poisonsLoadsThatWouldLoseTheSign() throws ObjectFormatException {
        assertThat(lines(link("bad_size")).get(0)).isEqualTo("call unknown#195896080");
    }

    @Test
    void treatsNoTargetAsATargetWithoutTypes() throws ObjectFormatException {
        ObjectSpec object = TestObjects.read("core.o");
        ProgramSpec program = Linker.link(object, object.program("missing"), LinkOptions.of(null));
        assertThat(lines(program).get(2)).isEqualTo("call unknown#195896080");
    }

    private static final BtfType.Int INT = new BtfType.Int("int", 4, true, false, false, 0, 32);

    private static BtfType.Struct struct(String name, int size, int offset) {
        return new BtfType.Struct(name, false, size, List.of(new Member("m", 1, offset * 8, 0)));
    }

    @Test
    void rejectsTargetsThatGiveTwoAnswers() throws ObjectFormatException {
        Btf local = new Btf(null, List.of(INT, struct("s", 4, 0)));
        Btf same = new Btf(null, List.of(INT, struct("s", 8, 4), struct("s___two", 8, 4)));
        Btf different = new Btf(null, List.of(INT, struct("s", 8, 4), struct("s___two", 16, 8)));
        BtfExt.Relocation relocation = new BtfExt.Relocation(0, 2, "0:0", 0);
        long[] slots = {Slot.of(0x61, 1, 2, 0, 0)};
        assertThat(new CoreRelocator(local, same).apply(relocation, slots, 0)).isNull();
        assertThat(Slot.offset(slots[0])).isEqualTo(4);
        assertThatThrownBy(() -> new CoreRelocator(local, different).apply(relocation, new long[] {slots[0]}, 0))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining("target must give one answer");
    }

    @Test
    void rejectsMalformedRelocations() {
        Btf local = new Btf(null, List.of(INT, struct("s", 4, 0)));
        for (String access : List.of("", ":", "0:1", "0:0:0", "x", "-1", "0:".repeat(70) + "0", "99999999999")) {
            assertThatThrownBy(() -> new CoreRelocator(local, local)
                            .apply(new BtfExt.Relocation(0, 2, access, 0), new long[] {Slot.of(0x61, 1, 2, 0, 0)}, 0))
                    .as(access)
                    .isInstanceOf(ObjectFormatException.class);
        }
        assertThatThrownBy(() -> new CoreRelocator(local, local)
                        .apply(new BtfExt.Relocation(0, 2, "0:0", 0), new long[] {Slot.of(0x61, 1, 2, 12, 0)}, 0))
                .hasMessageContaining("instruction must hold the local value: value=12 local=0");
    }
}
