package dev.skep.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import org.junit.jupiter.api.Test;

class StackLocalsTest {
    private static final int STORE64 = 0x7b;
    private static final int STORE32 = 0x63;
    private static final int LOAD32 = 0x61;
    private static final int ATOMIC64 = 0xdb;

    private final long[] slots = new long[8];
    private int size;
    private final ProgramFacts facts = new ProgramFacts(8);

    private int access(int opcode, int offset, int bytes) {
        boolean load = opcode == LOAD32;
        slots[size] = Slot.of(opcode, load ? 1 : 10, load ? 10 : 1, offset, 0);
        facts.visit(size);
        facts.stackAccess(size, 0, offset, bytes);
        return size++;
    }

    private StackLocals locals() {
        slots[size] = Slot.of(0x95, 0, 0, 0, 0);
        facts.visit(size++);
        Flow flow = Flow.of(BpfCode.of(java.util.Arrays.copyOf(slots, size)), facts, -1);
        return StackLocals.of(flow, 0, size);
    }

    @Test
    void accessesOfTheSameBytesShareACell() {
        int store = access(STORE64, -8, 8);
        int half = access(LOAD32, -4, 4);
        int other = access(STORE64, -16, 8);
        StackLocals locals = locals();
        assertThat(locals.at(store)).isEqualTo(locals.at(half));
        assertThat(locals.at(store).bytes()).isEqualTo(8);
        assertThat(locals.at(other)).isNotEqualTo(locals.at(store));
        assertThat(locals.count()).isEqualTo(2);
    }

    @Test
    void halvesThatNothingJoinsAreCellsOfTheirOwn() {
        int low = access(STORE32, -8, 4);
        int high = access(STORE32, -4, 4);
        StackLocals locals = locals();
        assertThat(locals.at(low).offset()).isEqualTo(-8);
        assertThat(locals.at(high).offset()).isEqualTo(-4);
    }

    @Test
    void bytesThatOthersReachStayInMemory() {
        int shared = access(STORE64, -8, 8);
        int own = access(STORE64, -16, 8);
        facts.share(0, -1, 0);
        StackLocals locals = locals();
        assertThat(locals.at(shared)).isNull();
        assertThat(locals.at(own)).isNotNull();
    }

    @Test
    void anotherFunctionsSharedBytesDoNotMatter() {
        int own = access(STORE64, -8, 8);
        facts.share(5, -8, 0);
        assertThat(locals().at(own)).isNotNull();
    }

    @Test
    void runsOfMoreThanEightBytesStayInMemory() {
        int first = access(STORE64, -8, 8);
        access(STORE64, -12, 8);
        assertThat(locals().at(first)).isNull();
    }

    @Test
    void atomicAccessesKeepTheirBytesInMemory() {
        int plain = access(STORE64, -8, 8);
        access(ATOMIC64, -8, 8);
        assertThat(locals().at(plain)).isNull();
    }

    @Test
    void anInstructionWithTwoPlacesSharesBoth() {
        int moving = access(STORE64, -8, 8);
        facts.stackAccess(moving, 0, -16, 8);
        int first = access(STORE64, -8, 8);
        int second = access(STORE64, -16, 8);
        StackLocals locals = locals();
        assertThat(locals.at(moving)).isNull();
        assertThat(locals.at(first)).isNull();
        assertThat(locals.at(second)).isNull();
    }
}
