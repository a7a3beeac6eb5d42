package dev.skep.verifier.cfg;

import static dev.skep.verifier.cfg.Programs.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Pseudo;
import org.junit.jupiter.api.Test;

/** Reachability, the walk's marks, loops, and what callees do. */
class ControlFlowTest {
    private static final int LOOP = 181;
    private static final int TIMER_SET_CALLBACK = 170;
    private static final int PRANDOM = 7;
    private static final int SKB_PULL = 39;
    private static final int COPY_FROM_USER = 148;

    @Test
    void refusesCodeThatIsNeverReached() {
        assertThat(refusal(go(1), mov(0, 0), mov(0, 1), EXIT)).isEqualTo("22 unreachable insn 1");
        assertThat(refusal(mov(0, 0), EXIT, mov(0, 0), EXIT)).isEqualTo("22 unreachable insn 2");
    }

    @Test
    void refusesJumpsIntoA64BitLoad() {
        assertThat(refusal(mov(0, 0), ifEqual(0, 0, 1), wide(1, 0, 7), 0, EXIT))
                .isEqualTo("22 jump into the middle of ldimm64 insn 2");
    }

    @Test
    void comparesStatesAtJumpsTheirTargetsAndAfterCalls() {
        ProgramLayout layout = analyse(mov(1, 0), ifEqual(1, 0, 1), mov(1, 1), helper(PRANDOM), mov(0, 0), EXIT);
        boolean[] expected = {false, true, false, true, true, false};
        for (int i = 0; i < expected.length; i++) {
            assertThat(layout.prunePoint(i)).isEqualTo(expected[i]);
            assertThat(layout.forceCheckpoint(i)).isFalse();
        }
        assertThat(layout.jumpPoint(1)).isFalse();
        assertThat(layout.jumpPoint(3)).isTrue();
        assertThat(layout.jumpPoint(4)).isTrue();
    }

    @Test
    void forcesCheckpointsWhereLoopsMustConverge() {
        ProgramLayout layout = analyse(mayGoto(1), go(-2), mov(0, 0), EXIT);
        assertThat(layout.forceCheckpoint(0)).isTrue();
        ProgramLayout loop = analyse(wide(2, Pseudo.FUNC, 4), 0, helper(LOOP), mov(0, 0), EXIT, mov(0, 0), EXIT);
        assertThat(loop.forceCheckpoint(2)).isTrue();
        assertThat(loop.callsCallback(2)).isTrue();
        assertThat(loop.prunePoint(0)).isTrue();
        assertThat(loop.prunePoint(5)).isTrue();
        ProgramLayout timer =
                analyse(wide(2, Pseudo.FUNC, 4), 0, helper(TIMER_SET_CALLBACK), mov(0, 0), EXIT, mov(0, 0), EXIT);
        assertThat(timer.prunePoint(2)).isTrue();
        assertThat(timer.forceCheckpoint(2)).isFalse();
        assertThat(timer.callsCallback(2)).isFalse();
    }

    @Test
    void knowsWhatKernelFunctionsDo() {
        ProgramLayout layout =
                analyse(kfunc(ITER_NEXT), kfunc(THROW), kfunc(RBTREE_ADD), kfunc(XDP_PULL_DATA), mov(0, 0), EXIT);
        assertThat(layout.forceCheckpoint(0)).isTrue();
        assertThat(layout.iteratorNext(0)).isTrue();
        assertThat(layout.throwsException(1)).isTrue();
        assertThat(layout.callsCallback(2)).isTrue();
        assertThat(layout.changesPacket()).isTrue();
        assertThat(layout.mightSleep()).isFalse();
        assertThat(analyse(call(1), EXIT, kfunc(SLEEPS), EXIT).mightSleep()).isTrue();
        assertThat(analyse(kfunc(NOT_HERE), EXIT).mightSleep()).isFalse();
    }

    @Test
    void numbersLoopsInnerFirst() {
        ProgramLayout layout =
                analyse(mov(1, 0), ifEqual(1, 5, 2), add(1, 1), go(-3), ifEqual(1, 9, -1), mov(0, 0), EXIT);
        int[] loops = new int[7];
        for (int i = 0; i < 7; i++) {
            loops[i] = layout.scc(i);
        }
        // the second loop, an instruction that jumps to itself, is completed before the first
        assertThat(loops).containsExactly(0, 2, 2, 2, 1, 0, 0);
    }

    @Test
    void seesNoLoopInRecursion() {
        ProgramLayout layout = analyse(call(1), EXIT, call(-1), EXIT);
        for (int i = 0; i < 4; i++) {
            assertThat(layout.scc(i)).isZero();
        }
    }

    @Test
    void carriesEffectsOfCalleesToCallers() {
        ProgramLayout layout = analyse(call(2), mov(0, 0), EXIT, call(1), EXIT, helper(SKB_PULL), EXIT);
        assertThat(layout.changesPacket()).isTrue();
        assertThat(layout.subprogram(1).changesPacket()).isTrue();
        assertThat(layout.mightSleep()).isFalse();
        ProgramLayout main = analyse(helper(SKB_PULL), call(1), EXIT, mov(0, 0), EXIT);
        assertThat(main.subprogram(1).changesPacket()).isFalse();
        ProgramLayout sleeper = ProgramLayout.analyse(
                program(call(1), EXIT, helper(COPY_FROM_USER), EXIT)
                        .withType(dev.skep.object.uapi.ProgramType.SYSCALL, null),
                KERNEL,
                AnalysisLog.NONE);
        assertThat(sleeper.mightSleep()).isTrue();
    }

    @Test
    void survivesAMillionInstructions() {
        long[] slots = new long[1_000_000];
        for (int i = 0; i < slots.length - 2; i++) {
            slots[i] = i % 3 == 0 ? ifEqual(i % 10, 0, -Math.min(i + 1, 30_000)) : movReg(i % 9, i % 7);
        }
        slots[slots.length - 2] = mov(0, 0);
        slots[slots.length - 1] = EXIT;
        assertThat(analyse(slots).scc(0)).isEqualTo(1);
    }
}
