package dev.skep.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.kernel.program.UnverifiedProgram;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.BudgetFault;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.MemoryFault;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JitTest {
    private final Machine machine = Machine.create();
    private final RunContext cx = machine.newContext();

    @AfterEach
    void close() {
        machine.close();
    }

    private LoadedProgram load(BpfCode code) {
        return machine.load(new UnverifiedProgram(ProgramSpec.of("t", ProgramType.SOCKET_FILTER, code)), Map.of());
    }

    private long compiled(BpfCode code) {
        LoadedProgram p = load(code);
        p.install(Jit.compile(p));
        return p.run(cx, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 200, 1500, 6000})
    void agreesWithTheInterpreterOnRandomPrograms(int length) {
        RandomPrograms programs = new RandomPrograms(length);
        int rounds = length < 1000 ? 400 : length < 2000 ? 30 : 4;
        for (int i = 0; i < rounds; i++) {
            BpfCode code = programs.next(length);
            LoadedProgram p = load(code);
            long expected = p.run(cx, 0);
            p.install(Jit.compile(p));
            assertThat(p.run(cx, 0)).as("seed %d round %d", length, i).isEqualTo(expected);
            machine.unload(p);
        }
    }

    @Test
    void keepsEveryMethodSmallEnoughForHotSpot() {
        LoadedProgram p = load(new RandomPrograms(7).next(20_000));
        int largest = ClassFile.of().parse(Jit.classFile(p)).methods().stream()
                .mapToInt(
                        m -> m.code().map(c -> ((CodeAttribute) c).codeLength()).orElse(0))
                .max()
                .orElse(0);
        assertThat(largest).isBetween(1_000, Jit.HUGE_METHOD - 1);
    }

    @Test
    void callsSubprogramsInFramesOfTheirOwn() {
        BpfCode code = BpfCode.of(
                Slot.of(0x7a, 10, 0, -8, 5),
                Slot.of(0xb7, 1, 0, 0, 37),
                Slot.of(0x85, 0, 1, 0, 3),
                Slot.of(0x79, 1, 10, -8, 0),
                Slot.of(0x0f, 0, 1, 0, 0),
                Slot.of(0x95, 0, 0, 0, 0),
                Slot.of(0x7a, 10, 0, -8, 99),
                Slot.of(0xbf, 0, 1, 0, 0),
                Slot.of(0x95, 0, 0, 0, 0));
        assertThat(compiled(code)).isEqualTo(42);
    }

    @Test
    void faultsOutsideOfTheSlab() {
        BpfCode nullLoad = BpfCode.of(Slot.of(0xb7, 1, 0, 0, 8), Slot.of(0x79, 0, 1, 0, 0), Slot.of(0x95, 0, 0, 0, 0));
        assertThatThrownBy(() -> compiled(nullLoad)).isInstanceOf(MemoryFault.class);
        BpfCode wildStore =
                BpfCode.of(Slot.of(0xb7, 1, 0, 0, -1), Slot.of(0x7b, 1, 1, 0, 0), Slot.of(0x95, 0, 0, 0, 0));
        assertThatThrownBy(() -> compiled(wildStore)).isInstanceOf(MemoryFault.class);
    }

    @Test
    void namesTheInstructionThatFaults() {
        BpfCode nullLoad = BpfCode.of(
                Slot.of(0xb7, 0, 0, 0, 0),
                Slot.of(0xb7, 1, 0, 0, 8),
                Slot.of(0x79, 0, 1, 0, 0),
                Slot.of(0x95, 0, 0, 0, 0));
        assertThatThrownBy(() -> compiled(nullLoad)).isInstanceOfSatisfying(MemoryFault.class, f -> {
            assertThat(f.insnIndex()).isEqualTo(2);
            assertThat(f.program()).isEqualTo("t");
        });
    }

    @Test
    void namesTheInstructionThatFaultsInAProgramOfManyMethods() {
        long[] slots = new long[6_003];
        java.util.Arrays.fill(slots, Slot.of(0x79, 2, 10, -8, 0));
        slots[5_000] = Slot.of(0xb7, 1, 0, 0, 8);
        slots[5_001] = Slot.of(0x79, 0, 1, 0, 0);
        slots[6_001] = Slot.of(0xb7, 0, 0, 0, 0);
        slots[6_002] = Slot.of(0x95, 0, 0, 0, 0);
        assertThatThrownBy(() -> compiled(BpfCode.of(slots)))
                .isInstanceOfSatisfying(
                        MemoryFault.class, f -> assertThat(f.insnIndex()).isEqualTo(5_001));
    }

    @Test
    void namesTheJumpAtWhichABudgetEnds() {
        LoadedProgram p = load(BpfCode.of(Slot.of(0xb7, 0, 0, 0, 0), Slot.of(0x05, 0, 0, -2, 0)));
        p.install(Jit.compile(p));
        cx.limitBackEdges(1_000);
        assertThatThrownBy(() -> p.run(cx, 0))
                .isInstanceOfSatisfying(
                        BudgetFault.class, f -> assertThat(f.insnIndex()).isEqualTo(1));
    }

    @Test
    void stopsAnEndlessLoopAtItsBudget() {
        LoadedProgram p = load(BpfCode.of(Slot.of(0xb7, 0, 0, 0, 0), Slot.of(0x05, 0, 0, -2, 0)));
        p.install(Jit.compile(p));
        cx.limitBackEdges(1_000_000);
        assertThatThrownBy(() -> p.run(cx, 0)).isInstanceOf(BudgetFault.class);
    }

    @Test
    void stopsAnEndlessLoopAtItsDeadline() {
        LoadedProgram p = load(BpfCode.of(Slot.of(0xb7, 0, 0, 0, 0), Slot.of(0x05, 0, 0, -2, 0)));
        p.install(Jit.compile(p));
        cx.limitNanos(20_000_000);
        assertThatThrownBy(() -> p.run(cx, 0)).isInstanceOf(BudgetFault.class);
    }
}
