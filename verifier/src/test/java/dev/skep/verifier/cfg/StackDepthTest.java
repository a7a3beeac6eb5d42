package dev.skep.verifier.cfg;

import static dev.skep.verifier.cfg.Programs.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Pseudo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Reject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stack use along call chains. */
class StackDepthTest {
    private static final ProgramSpec CHAIN = program(call(2), mov(0, 0), EXIT, call(1), EXIT, mov(0, 0), EXIT);

    private static String check(ProgramSpec program, ProgramLayout layout, int... used) {
        try {
            StackDepth.check(program, layout, used);
        } catch (Reject e) {
            return e.errno + " " + e.text.stripTrailing();
        }
        return "accepted";
    }

    private static String check(ProgramSpec program, int... used) {
        return check(program, analyse(program), used);
    }

    @Test
    void addsUpAChain() {
        assertThat(check(CHAIN, 256, 128, 128)).isEqualTo("accepted");
        assertThat(check(CHAIN, 256, 128, 129)).isEqualTo("13 combined stack size of 3 calls is 528. Too large");
        ProgramSpec pair = program(call(1), EXIT, mov(0, 0), EXIT);
        assertThat(check(pair, 264, 264)).isEqualTo("13 combined stack size of 2 calls is 544. Too large");
    }

    @Test
    void doesNotAddSiblings() {
        ProgramSpec siblings = program(call(3), call(4), mov(0, 0), EXIT, mov(0, 0), EXIT, mov(0, 1), EXIT);
        assertThat(check(siblings, 0, 512, 512)).isEqualTo("accepted");
    }

    @Test
    void givesProbesAPrivateStack() {
        ProgramSpec probe = CHAIN.withType(ProgramType.KPROBE, null);
        assertThat(check(probe, 512, 512, 512)).isEqualTo("accepted");
        assertThat(check(probe, 32, 48, 512)).isEqualTo("accepted");
    }

    @Test
    void startsANewChainForAsynchronousCallbacks() {
        ProgramSpec p = program(wide(2, Pseudo.FUNC, 3), 0, mov(0, 0), EXIT, mov(0, 0), EXIT);
        ProgramLayout layout = analyse(p);
        assertThat(check(p, layout, 512, 512)).isEqualTo("13 combined stack size of 2 calls is 1024. Too large");
        layout.subprogram(1).asyncCallback = true;
        assertThat(check(p, layout, 512, 512)).isEqualTo("accepted");
        assertThat(check(p.withType(ProgramType.KPROBE, null), layout, 512, 528))
                .isEqualTo("13 combined stack size of 1 calls is 528. Too large");
    }

    @Test
    void limitsFrames() {
        for (int depth : new int[] {7, 8}) {
            List<Long> slots = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                slots.add(call(1));
                slots.add(EXIT);
            }
            slots.add(mov(0, 0));
            slots.add(EXIT);
            long[] code = slots.stream().mapToLong(Long::longValue).toArray();
            assertThat(check(program(code), new int[depth + 1]))
                    .isEqualTo(depth == 7 ? "accepted" : "7 the call stack of 8 frames is too deep !");
        }
    }

    @Test
    void keepsRoomForTailCalls() {
        List<Func> functions = List.of(new Func("main", 0, true, true), new Func("sub", 2, false, true));
        ProgramSpec p = withFunctions(program(call(1), EXIT, helper(12), mov(0, 0), EXIT), functions);
        assertThat(check(p, 240, 16)).isEqualTo("accepted");
        assertThat(check(p, 256, 16))
                .isEqualTo("13 tail_calls are not allowed when call stack of previous frames is 256 bytes. Too large");
    }

    @Test
    void refusesCallingTheExceptionCallback() {
        List<Func> functions = List.of(new Func("main", 0, true, true), new Func("cb", 2, true, true));
        ProgramSpec p = withFunctions(program(call(1), EXIT, mov(0, 0), EXIT), functions, "exception_callback:cb");
        assertThat(check(p, 0, 0)).isEqualTo("22 insn 0 cannot call exception cb directly");
    }

    @Test
    void refusesToThrowFromCallbacks() {
        ProgramSpec p = program(call(1), EXIT, call(1), EXIT, kfunc(THROW), EXIT);
        ProgramLayout layout = analyse(p);
        assertThat(check(p, layout, 0, 0, 0)).isEqualTo("accepted");
        layout.subprogram(1).callback = true;
        assertThat(check(p, layout, 0, 0, 0))
                .isEqualTo("22 bpf_throw kfunc (insn 4) cannot be called from callback subprog 2");
    }

    @Test
    void looksOnceAtChainsThatMeetAgain() {
        // seven levels of 40 calls each: 40^7 chains
        List<Long> slots = new ArrayList<>();
        for (int level = 0; level < 7; level++) {
            for (int i = 0; i < 40; i++) {
                slots.add(call(40 - i));
            }
            slots.add(EXIT);
        }
        slots.add(mov(0, 0));
        slots.add(EXIT);
        long[] code = slots.stream().mapToLong(Long::longValue).toArray();
        assertThat(check(program(code), new int[8])).isEqualTo("accepted");
    }
}
