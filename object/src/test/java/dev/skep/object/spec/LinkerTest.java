package dev.skep.object.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.TestObjects;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Instruction.Call;
import dev.skep.object.isa.Instruction.LoadImm64;
import dev.skep.object.isa.Pseudo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkerTest {
    private ObjectSpec sample;
    private Btf target;

    @BeforeEach
    void read() throws ObjectFormatException {
        sample = TestObjects.read("sample.o");
        target = TestObjects.types("core_target.o");
    }

    private ProgramSpec link(String program) throws ObjectFormatException {
        return Linker.link(sample, sample.program(program), LinkOptions.of(target));
    }

    private static List<Instruction> instructions(ProgramSpec program, Class<? extends Instruction> kind) {
        List<Instruction> out = new java.util.ArrayList<>();
        for (int i = 0; i < program.code().size(); i++) {
            if (kind.isInstance(program.code().at(i))) {
                out.add(program.code().at(i));
            }
        }
        return out;
    }

    @Test
    void appendsSubprogramsInOrderOfFirstCall() throws ObjectFormatException {
        ProgramSpec pass = link("pass");
        assertThat(pass.functions())
                .extracting(f -> pass.btf().type(f.typeId()).name())
                .containsExactly("pass", "hidden_function", "middle", "leaf");
        assertThat(pass.functions()).extracting(FuncInfo::insnIndex).containsExactly(0, 30, 36, 45);
        assertThat(pass.sectionInsns()).isEqualTo(30);
        // main at 14 calls 30, hidden_function at 30 calls 36, middle calls leaf twice.
        assertThat(pass.code().at(14)).isEqualTo(new Call(Call.Kind.SUBPROGRAM, 15, 0, false));
        assertThat(pass.code().at(30)).isEqualTo(new Call(Call.Kind.SUBPROGRAM, 5, 0, false));
    }

    @Test
    void movesLineRecordsWithTheirCode() throws ObjectFormatException {
        ProgramSpec pass = link("pass");
        assertThat(pass.lines()).isSortedAccordingTo(java.util.Comparator.comparingInt(LineInfo::insnIndex));
        assertThat(pass.lines()).anySatisfy(l -> {
            assertThat(l.insnIndex()).isBetween(45, 53);
            assertThat(l.text()).isEqualTo("    return x * counter + prandom();");
            assertThat(l.file()).endsWith("sample.c");
        });
    }

    @Test
    void numbersMapsByFirstUse() throws ObjectFormatException {
        ProgramSpec pass = link("pass");
        assertThat(pass.maps()).extracting(MapSpec::name).containsExactly("flows", ".bss", ".data", ".rodata");
        assertThat(pass.code().at(6)).isEqualTo(new LoadImm64(1, Pseudo.MAP_FD, 0, 0));
        assertThat(pass.code().at(20))
                .as("quiet, 8 bytes into .data")
                .isEqualTo(new LoadImm64(1, Pseudo.MAP_VALUE, 2, 8));
        assertThat(pass.maps().get(2))
                .as("shared between programs")
                .isSameAs(link("sum").maps().get(1));
    }

    @Test
    void loadsAddressesOfCallbacks() throws ObjectFormatException {
        ProgramSpec sum = link("sum");
        assertThat(sum.code().at(6)).isEqualTo(new LoadImm64(2, Pseudo.FUNC, 5, 0));
        assertThat(sum.functions().get(1).insnIndex()).isEqualTo(12);
    }

    @Test
    void appendsTheExceptionCallbackLast() throws ObjectFormatException {
        ProgramSpec thrower = link("thrower");
        assertThat(thrower.functions())
                .extracting(f -> thrower.btf().type(f.typeId()).name())
                .containsExactly("thrower", "middle", "leaf", "on_exception");
    }

    @Test
    void fillsInConfiguration() throws ObjectFormatException {
        LinkOptions options = LinkOptions.of(target)
                .withKernelVersion(6 << 16 | 1 << 8 | 5)
                .withConfig(Map.of("CONFIG_HZ", "250", "CONFIG_NAME", "\"a long name it is\""));
        ProgramSpec thrower = Linker.link(sample, sample.program("thrower"), options);
        ByteBuffer bytes = ByteBuffer.wrap(thrower.maps().get(0).contents()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(0)).isEqualTo(250);
        assertThat(bytes.getInt(4)).isEqualTo(0x60105);
        assertThat(bytes.get(8)).isZero();
        assertThat(new String(bytes.array(), 9, 12)).isEqualTo("a long name\0");
        ProgramSpec again = Linker.link(sample, sample.program("thrower"), options);
        assertThat(again.maps().get(0)).isSameAs(thrower.maps().get(0));
    }

    @Test
    void rejectsConfigurationThatDoesNotFit() {
        LinkOptions options = LinkOptions.of(target).withConfig(Map.of("CONFIG_HZ", "y"));
        assertThatThrownBy(() -> Linker.link(sample, sample.program("thrower"), options))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessageContaining("CONFIG_HZ: y, n or m must be a bool, char or tristate");
    }

    @Test
    void resolvesKernelSymbolsByName() throws ObjectFormatException {
        ProgramSpec symbols = link("symbols");
        int taskGet = target.find("task_get", BtfType.Function.class);
        assertThat(symbols.kfuncs()).containsExactly(Map.entry(taskGet, "task_get"));
        List<Instruction> calls = instructions(symbols, Call.class);
        assertThat(calls.get(0)).isEqualTo(new Call(Call.Kind.KFUNC, taskGet, 0, false));
        int cpuNumber = target.find("cpu_number", BtfType.Variable.class);
        assertThat(instructions(symbols, LoadImm64.class))
                .anySatisfy(i ->
                        assertThat(i).isEqualTo(new LoadImm64(((LoadImm64) i).dst(), Pseudo.BTF_ID, cpuNumber, 0)));
    }

    @Test
    void poisonsCallsOfWeakFunctionsThatAreMissing() throws ObjectFormatException {
        ProgramSpec symbols = link("symbols");
        int index = sample.externs().size() - 1;
        assertThat(symbols.unresolved()).containsEntry(Linker.POISONED_KFUNC + index, "task_gone");
        assertThat(instructions(symbols, Call.class))
                .contains(new Call(Call.Kind.HELPER, Linker.POISONED_KFUNC + index, 0, false));
        assertThat(symbols.poisoned()).containsValue("task_gone");
    }

    @Test
    void rejectsStrongFunctionsThatAreMissing() {
        assertThatThrownBy(() -> Linker.link(sample, sample.program("symbols"), LinkOptions.of(Btf.EMPTY)))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessage("sample.o: section .ksyms: extern must be in the target's types: extern=task_get___flavor");
    }

    @Test
    void leavesKernelFunctionsUnresolvedWithoutTarget() throws ObjectFormatException {
        ProgramSpec symbols = Linker.link(sample, sample.program("symbols"), LinkOptions.of(null));
        assertThat(symbols.poisoned()).containsValues("task_get___flavor", "task_gone");
        assertThat(symbols.kfuncs()).isEmpty();
    }

    @Test
    void findsAttachTargets() throws ObjectFormatException {
        assertThat(link("symbols").attachBtfId())
                .isEqualTo(target.find("btf_trace_sched_switch", BtfType.Typedef.class));
        assertThat(link("late").attachBtfId()).isEqualTo(target.find("do_work", BtfType.Function.class));
        ProgramSpec start = link("machine_start");
        assertThat(start.attachBtfId()).isEqualTo(target.find("machine_ops", BtfType.Struct.class));
        assertThat(start.attachMember()).isEqualTo(1);
        assertThat(link("pass").attachMember()).isEqualTo(-1);
    }

    @Test
    void goesWithoutTypesWhereTheKernelWouldRefuseThem() throws ObjectFormatException {
        ObjectSpec object = TestObjects.read("unnamed.o");
        ProgramSpec pass = Linker.link(object, object.program("pass"), LinkOptions.of(target));
        assertThat(pass.functions()).isEmpty();
        assertThat(pass.lines()).isEmpty();
        assertThat(pass.btf()).isSameAs(Btf.EMPTY);
        assertThat(object.btf().find("pass", BtfType.Function.class)).isPositive();
    }

    @Test
    void replacesInitialContents() throws ObjectFormatException {
        LinkOptions options = LinkOptions.of(target).withContents(Map.of(".rodata", new byte[] {9, 0, 0, 0}));
        ProgramSpec pass = Linker.link(sample, sample.program("pass"), options);
        assertThat(pass.maps().get(3).contents()).containsExactly(9, 0, 0, 0);
        assertThat(sample.map(".rodata").contents()).containsExactly(7, 0, 0, 0);
    }
}
