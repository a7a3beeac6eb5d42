package dev.skep.verifier.cfg;

import static dev.skep.verifier.cfg.Programs.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which subprograms there are, and that control stays in them. */
class SubprogramsTest {
    private static final long LEGACY_LOAD = Slot.of(0x30, 0, 0, 0, 3);

    @Test
    void numbersSubprogramsByTheirStart() {
        ProgramLayout layout =
                analyse(wide(2, Pseudo.FUNC, 6), 0, call(2), mov(0, 0), EXIT, mov(0, 1), EXIT, mov(0, 2), EXIT);
        assertThat(layout.subprogramCount()).isEqualTo(3);
        assertThat(layout.subprogram(1).start()).isEqualTo(5);
        assertThat(layout.subprogram(1).end()).isEqualTo(7);
        assertThat(layout.subprogram(2).end()).isEqualTo(9);
    }

    @Test
    void knowsTheOwnerOfEachInstruction() {
        ProgramLayout layout = analyse(call(2), mov(0, 0), EXIT, call(1), EXIT, mov(0, 1), EXIT);
        assertThat(layout.subprogramCount()).isEqualTo(3);
        assertThat(layout.subprogramOf(2).index()).isZero();
        assertThat(layout.subprogramOf(3).index()).isOne();
        assertThat(layout.subprogramOf(6).index()).isEqualTo(2);
        assertThat(layout.calleeStart(3)).isEqualTo(5);
    }

    @Test
    void refusesCallsOutOfTheProgram() {
        assertThat(refusal(call(5), EXIT)).isEqualTo("22 call to invalid destination");
        assertThat(refusal(call(-3), EXIT)).isEqualTo("22 call to invalid destination");
        assertThat(refusal(call(Integer.MAX_VALUE), EXIT)).isEqualTo("22 call to invalid destination");
    }

    @Test
    void refusesJumpsOutOfTheSubprogram() {
        assertThat(refusal(go(3), EXIT)).isEqualTo("22 jump out of range from insn 0 to 4");
        assertThat(refusal(call(1), EXIT, ifEqual(0, 0, -2), EXIT)).isEqualTo("22 jump out of range from insn 2 to 1");
        assertThat(refusal(mayGoto(-7), EXIT)).isEqualTo("22 jump out of range from insn 0 to -6");
        assertThat(refusal(Slot.of(0x06, 0, 0, 0, Integer.MIN_VALUE), EXIT)).startsWith("22 jump out of range");
    }

    @Test
    void refusesRunningOffTheEnd() {
        assertThat(refusal(mov(0, 0))).isEqualTo("22 last insn is not an exit or jmp");
        assertThat(refusal(call(1), EXIT, mov(0, 0))).isEqualTo("22 last insn is not an exit or jmp");
        assertThat(refusal(call(0), ifEqual(0, 0, -1))).isEqualTo("22 last insn is not an exit or jmp");
    }

    @Test
    void refusesMoreThan256Subprograms() {
        for (int count : new int[] {255, 256}) {
            List<Long> slots = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                slots.add(call(count));
            }
            slots.add(EXIT);
            for (int i = 0; i < count; i++) {
                slots.add(EXIT);
            }
            long[] code = slots.stream().mapToLong(Long::longValue).toArray();
            assertThat(refusal(code)).isEqualTo(count == 255 ? "accepted" : "7 too many subprograms");
        }
    }

    @Test
    void refusesKernelFunctionsThatDoNotExist() {
        assertThat(refusal(kfunc(99), EXIT)).isEqualTo("22 kernel btf_id 99 is not a function");
        assertThat(refusal(kfunc(0), EXIT)).isEqualTo("accepted");
        assertThat(refusal(Slot.of(0x85, 0, 2, -1, 99), EXIT)).startsWith("22 negative offset disallowed");
        ProgramSpec closed = program(kfunc(99), EXIT).withLicense("Proprietary");
        assertThat(refusal(closed)).isEqualTo("22 cannot call kernel function from non-GPL compatible program");
    }

    @Test
    void refusesDeviceMetadataWithoutADevice() {
        assertThat(refusal(kfunc(XDP_RX_HASH), EXIT)).isEqualTo("22 metadata kfuncs require device-bound program");
        assertThat(refusal(program(kfunc(XDP_RX_HASH), EXIT).withFlags(ProgramSpec.F_XDP_DEV_BOUND_ONLY)))
                .isEqualTo("accepted");
    }

    @Test
    void reportsWildJumpsBeforeBadOpcodes() {
        assertThat(refusal(0xff, go(9), EXIT)).isEqualTo("22 jump out of range from insn 1 to 11");
        assertThat(refusal(0xff, EXIT)).isEqualTo("22 unknown opcode ff");
    }

    @Test
    void takesNamesAndLinkageFromTypes() {
        ProgramSpec p = withFunctions(
                program(call(1), EXIT, mov(0, 0), EXIT),
                List.of(new Func("main", 0, true, true), new Func("sub", 2, true, true)));
        Subprogram sub = analyse(p).subprogram(1);
        assertThat(sub.name()).isEqualTo("sub");
        assertThat(sub.isGlobal()).isTrue();
        assertThat(sub.btfId()).isEqualTo(5);
    }

    @Test
    void findsTheExceptionCallback() {
        ProgramSpec body = program(mov(0, 0), EXIT, mov(0, 0), EXIT);
        List<Func> both = List.of(new Func("main", 0, true, true), new Func("cb", 2, true, true));
        ProgramLayout layout = analyse(withFunctions(body, both, "exception_callback:cb"));
        assertThat(layout.exceptionCallback()).isSameAs(layout.subprogram(1));
        assertThat(layout.subprogram(1).asyncCallback).isTrue();
        assertThat(refusal(withFunctions(body, both, "exception_callback:cb", "exception_callback:cb")))
                .isEqualTo("17 multiple exception callback tags for main subprog");
        assertThat(refusal(withFunctions(body, both, "exception_callback:other")))
                .isEqualTo("22 exception callback 'other' could not be found in BTF");
        List<Func> local = List.of(new Func("main", 0, true, true), new Func("cb", 2, false, true));
        assertThat(refusal(withFunctions(body, local, "exception_callback:cb")))
                .isEqualTo("22 exception callback 'cb' must have global linkage");
    }

    @Test
    void wantsTypesForLegacyLoadsAndTailCallsInSubprograms() {
        assertThat(refusal(call(1), EXIT, LEGACY_LOAD, EXIT))
                .isEqualTo("22 LD_ABS is not allowed in subprogs without BTF");
        assertThat(refusal(call(1), EXIT, helper(12), EXIT))
                .isEqualTo("22 tail_call is not allowed in subprogs without BTF");
        ProgramSpec p = program(call(1), EXIT, LEGACY_LOAD, EXIT);
        Func main = new Func("main", 0, true, true);
        assertThat(refusal(withFunctions(p, List.of(main, new Func("sub", 2, false, false)))))
                .isEqualTo("22 LD_ABS is only allowed in functions that return 'int'.");
        assertThat(refusal(withFunctions(p, List.of(main, new Func("sub", 2, false, true)))))
                .isEqualTo("accepted");
    }

    @Test
    void wantsFunctionRecordsToMatch() {
        ProgramSpec p = program(call(1), EXIT, mov(0, 0), EXIT);
        Func main = new Func("main", 0, true, true);
        assertThat(refusal(withFunctions(p, List.of(main))))
                .isEqualTo("22 number of funcs in func_info doesn't match number of subprogs");
        assertThat(refusal(withFunctions(p, List.of(main, new Func("sub", 3, false, true)))))
                .isEqualTo("22 func_info BTF section doesn't match subprog layout in BPF program");
        assertThat(refusal(withFunctions(p, List.of(new Func("main", 1, true, true)))))
                .isEqualTo("22 nonzero insn_off 1 for the first func info record");
    }

    @Test
    void refusesEmptyPrograms() {
        assertThat(refusal()).isEqualTo("7 ");
    }
}
