package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.call.GlobalArgs.Arg;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GlobalArgsTest {
    private static final int INT = 1;
    private static final int TASK = 2;
    private static final int TASK_PTR = 3;
    private static final int SKB_PTR = 5;
    private static final int FORWARD_PTR = 7;
    private static final int DYNPTR_PTR = 9;
    private static final int VOID_PTR = 10;
    private static final int PROTO = 11;
    private static final int FUNC = 12;

    private final Btf kernel = new Btf(null, List.of(new BtfType.Struct("task_struct", false, 9000, List.of())));

    private GlobalArgs of(boolean global, int result, List<Integer> parameters, BtfType.DeclTag... tags) {
        List<BtfType> types = new ArrayList<>(List.of(
                new BtfType.Int("int", 4, true, false, false, 0, 32),
                new BtfType.Struct("task_struct___mine", false, 24, List.of()),
                new BtfType.Pointer(TASK),
                new BtfType.Struct("__sk_buff", false, 192, List.of()),
                new BtfType.Pointer(4),
                new BtfType.Forward("S", false),
                new BtfType.Pointer(6),
                new BtfType.Struct("bpf_dynptr", false, 16, List.of()),
                new BtfType.Pointer(8),
                new BtfType.Pointer(0),
                new BtfType.FunctionProto(
                        result,
                        parameters.stream()
                                .map(p -> new BtfType.Parameter("p", p))
                                .toList()),
                new BtfType.Function("foo", PROTO, BtfType.Linkage.GLOBAL)));
        types.addAll(List.of(tags));
        ProgramSpec p = new ProgramSpec(
                "",
                "main",
                "",
                ProgramType.SCHED_CLS,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                BpfCode.of(0x95),
                1,
                List.of(),
                new Btf(null, types),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of());
        return GlobalArgs.of(p, kernel, FUNC, global);
    }

    private static BtfType.DeclTag tag(String name, int parameter) {
        return new BtfType.DeclTag("arg:" + name, FUNC, parameter);
    }

    @Test
    void parameterTypesSayWhatTheyAre() {
        GlobalArgs g = of(true, INT, List.of(INT, SKB_PTR, TASK_PTR, DYNPTR_PTR));
        assertThat(g.ok()).isTrue();
        assertThat(g.args())
                .containsExactly(new Arg.Scalar(), new Arg.Context(), new Arg.Memory(24, true), new Arg.ConstDynptr());
    }

    @Test
    void tagsChangeThem() {
        GlobalArgs g = of(
                true,
                INT,
                List.of(TASK_PTR, TASK_PTR, VOID_PTR, VOID_PTR, VOID_PTR),
                tag("nonnull", 0),
                tag("trusted", 1),
                tag("nullable", 1),
                tag("arena", 2),
                tag("ctx", 3),
                tag("untrusted", 4));
        assertThat(g.problem()).isEmpty();
        assertThat(g.args())
                .containsExactly(
                        new Arg.Memory(24, false),
                        new Arg.KernelObject(1, true, true),
                        new Arg.ArenaAddress(),
                        new Arg.Context(),
                        new Arg.UntrustedMemory());
    }

    @Test
    void tagsThatContradictEachOtherAreRefused() {
        assertThat(of(true, INT, List.of(DYNPTR_PTR), tag("nonnull", 0)).problem())
                .isEqualTo("arg#0 has invalid combination of tags\n");
        assertThat(of(true, INT, List.of(INT), tag("nonnull", 0)).problem())
                .isEqualTo("arg#0 has pointer tag, but is not a pointer type\n");
        assertThat(of(false, INT, List.of(TASK_PTR), tag("nonnull", 0)).problem())
                .isEqualTo("arg#0 type tag is not supported in static functions\n");
    }

    @Test
    void globalFunctionsReturnNumbersAndTakeSizedMemory() {
        assertThat(of(true, 0, List.of()).problem())
                .isEqualTo("Global function foo() doesn't return scalar. Only those are supported.\n");
        assertThat(of(true, INT, List.of(FORWARD_PTR)).problem())
                .isEqualTo("arg#0 reference type('FWD S') size cannot be determined: -22\n");
        assertThat(of(true, INT, List.of(INT, INT, INT, INT, INT, INT)).problem())
                .isEqualTo("Global function foo() with 6 > 5 args. Buggy compiler.\n");
    }

    @Test
    void staticFunctionsMayHaveAnyPrototypeAndNothingIsSaid() {
        GlobalArgs g = of(false, INT, List.of(TASK_PTR));
        assertThat(g.ok()).isFalse();
        assertThat(g.problem()).isEmpty();
    }
}
