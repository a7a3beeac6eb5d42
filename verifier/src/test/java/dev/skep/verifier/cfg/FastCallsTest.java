package dev.skep.verifier.cfg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.ProgramSpec;
import org.junit.jupiter.api.Test;

class FastCallsTest {
    private static final int SMP_PROCESSOR_ID = 8;
    private static final int PRANDOM = 7;

    private static FastCalls find(long... slots) {
        ProgramSpec program = Programs.program(slots);
        return FastCalls.find(program, Programs.analyse(program), Programs.KERNEL);
    }

    private static long[] savedAround(int helper) {
        return new long[] {
            Programs.mov(1, 1),
            Programs.store(10, -16, 1),
            Programs.helper(helper),
            Programs.load(1, 10, -16),
            Programs.EXIT
        };
    }

    @Test
    void savesAroundAFastCallNeedNoStack() {
        assertThat(find(savedAround(SMP_PROCESSOR_ID)).without(new int[] {16})).containsExactly(8);
    }

    @Test
    void savesAroundOtherCallsStay() {
        assertThat(find(savedAround(PRANDOM)).without(new int[] {16})).containsExactly(16);
    }

    @Test
    void anotherUseOfTheSameStackKeepsThem() {
        FastCalls calls = find(savedAround(SMP_PROCESSOR_ID));
        calls.touched(0, 1, -16);
        calls.touched(0, 4, -8);
        assertThat(calls.without(new int[] {16})).containsExactly(8);
        calls.touched(0, 4, -16);
        assertThat(calls.without(new int[] {16})).containsExactly(16);
    }

    @Test
    void theInnermostPairIsTheLowest() {
        long[] wrongOrder = {
            Programs.mov(1, 1),
            Programs.mov(2, 1),
            Programs.store(10, -16, 1),
            Programs.store(10, -8, 2),
            Programs.helper(SMP_PROCESSOR_ID),
            Programs.load(2, 10, -8),
            Programs.load(1, 10, -16),
            Programs.EXIT
        };
        assertThat(find(wrongOrder).without(new int[] {16})).containsExactly(16);
        long[] nested = {
            Programs.mov(1, 1),
            Programs.mov(2, 1),
            Programs.store(10, -8, 1),
            Programs.store(10, -16, 2),
            Programs.helper(SMP_PROCESSOR_ID),
            Programs.load(2, 10, -16),
            Programs.load(1, 10, -8),
            Programs.EXIT
        };
        assertThat(find(nested).without(new int[] {16})).containsExactly(0);
    }
}
