package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.golden.Asm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What programs may and may not do with the dynptrs that only Skep has. */
class ExtensionDynptrTest {
    private static final Set<String> ALL = Set.of(Extensions.MALLOC_DYNPTR, Extensions.STACK_DYNPTR);
    private static final MapSpec HASH = MapSpec.of("hash", MapType.HASH, 8, 8, 4);
    private static final MapSpec ARRAY = MapSpec.of("array", MapType.ARRAY, 4, 8, 4);

    private static final String ALLOC = """
            r1 = 64
            r2 = 0
            r3 = r10
            r3 += -16
            call kfunc bpf_dynptr_alloc
            """;
    private static final String PUT = """
            r1 = r10
            r1 += -16
            call kfunc bpf_dynptr_put
            """;
    private static final String EXIT = "r0 = 0\nexit\n";
    /** A dynptr at fp-16 over sixteen bytes at fp-64. */
    private static final String OVER_STACK = """
            *(u64 *)(r10 -64) = 7
            *(u64 *)(r10 -56) = 7
            r1 = r10
            r1 += -64
            r2 = 16
            r3 = 0
            r4 = r10
            r4 += -16
            call bpf_dynptr_from_mem#197
            """;
    /** r0: a slice of the eight first bytes of the dynptr at fp-16. */
    private static final String DATA = """
            r1 = r10
            r1 += -16
            r2 = 0
            r3 = 8
            call bpf_dynptr_data#203
            """;

    private static Verdict verify(Set<String> features, Btf types, String text) {
        KernelModel kernel = Extensions.on(KernelModels.shipped(), features);
        Btf all = Extensions.types(KernelModels.shipped().btf());
        Map<Integer, String> kfuncs = new HashMap<>();
        BpfCode code = Asm.assemble(text, name -> {
            int id = all.find(name, BtfType.Function.class);
            kfuncs.put(id, name);
            return id;
        });
        List<FuncInfo> functions = types == Btf.EMPTY ? List.of()
                : text.contains("func pc") ? List.of(new FuncInfo(0, 4), new FuncInfo(9, 5)) : List.of(new FuncInfo(0, 4));
        ProgramSpec program = new ProgramSpec("test.o", "test", "", ProgramType.SCHED_CLS, null, "", 0, -1, 0, "GPL", code,
                code.size(), List.of(HASH, ARRAY), types, functions, List.of(), kfuncs, Map.of(), Map.of());
        return Verifier.verify(program, kernel, VerifierOptions.DEFAULT.withLogLevel(1).withFeatures(features));
    }

    private static void accepts(String text) {
        Verdict v = verify(ALL, text.contains("func pc") ? objectTypes() : Btf.EMPTY, text);
        assertThat(v.accepted()).as(v.log()).isTrue();
    }

    private static void rejects(String text, String message) {
        rejects(ALL, text, message);
    }

    private static void rejects(Set<String> features, String text, String message) {
        Verdict v = verify(features, text.contains("func pc") ? objectTypes() : Btf.EMPTY, text);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(((Verdict.Rejected) v).message()).contains(message);
    }

    @Test
    void acceptsAllocatedMemoryThatIsPut() {
        accepts(ALLOC + PUT + EXIT);
        accepts(ALLOC + DATA + "if r0 == 0 goto pc+1\n*(u64 *)(r0 +0) = 1\n" + PUT + EXIT);
    }

    @Test
    void rejectsAllocatedMemoryThatIsNotPut() {
        rejects(ALLOC + EXIT, "BPF_EXIT instruction in main prog would lead to reference leak");
    }

    @Test
    void rejectsPuttingTwice() {
        rejects(ALLOC + PUT + PUT + EXIT, "unacquired reference");
    }

    @Test
    void rejectsOverwritingAllocatedDynptr() {
        rejects(ALLOC + "*(u64 *)(r10 -16) = 0\n" + PUT + EXIT, "cannot overwrite referenced dynptr");
        rejects(ALLOC + ALLOC + PUT + EXIT, "cannot overwrite referenced dynptr");
    }

    @Test
    void rejectsSliceAfterPut() {
        rejects(ALLOC + DATA + "if r0 == 0 goto pc+5\nr6 = r0\n" + PUT + "r1 = *(u64 *)(r6 +0)\n" + PUT + EXIT,
                "invalid mem access 'scalar'");
    }

    @Test
    void rejectsPuttingDynptrOfAnotherKind() {
        rejects(OVER_STACK + PUT + EXIT, "unacquired reference");
    }

    @Test
    void namesTheFeatureThatIsMissing() {
        rejects(Set.of(), ALLOC + PUT + EXIT,
                "calling kernel function bpf_dynptr_alloc is not allowed without --features malloc-dynptr");
        rejects(Set.of(Extensions.STACK_DYNPTR), ALLOC + PUT + EXIT, "--features malloc-dynptr");
        Verdict.Rejected r = (Verdict.Rejected) verify(Set.of(), Btf.EMPTY, OVER_STACK + EXIT);
        assertThat(r.message()).isEqualTo("Unsupported reg type fp for bpf_dynptr_from_mem data");
        assertThat(r.hint()).contains("--features stack-dynptr");
    }

    @Test
    void acceptsDynptrOverOwnStack() {
        accepts(OVER_STACK + DATA + "if r0 == 0 goto pc+1\n*(u64 *)(r0 +0) = 1\n" + EXIT);
        accepts(OVER_STACK + "*(u64 *)(r10 -64) = r0\nr0 = *(u64 *)(r10 -64)\n" + EXIT);
    }

    /** The known 7 under the dynptr must not be known any more: it would be a safe index, an unknown one is not. */
    @Test
    void forgetsNumbersUnderStackDynptr() {
        String index = """
                r1 = *(u64 *)(r10 -64)
                r2 = r10
                r2 += r1
                *(u8 *)(r2 -8) = 0
                """;
        rejects("r0 = 0\n" + OVER_STACK + index + EXIT, "unbounded min value");
        accepts("*(u64 *)(r10 -64) = 7\n" + index + EXIT);
    }

    @Test
    void numbersStoredUnderStackDynptrStayUnknown() {
        rejects(OVER_STACK + """
                *(u64 *)(r10 -64) = 0
                r1 = *(u64 *)(r10 -64)
                r2 = r10
                r2 += r1
                *(u8 *)(r2 -8) = 0
                """ + EXIT, "unbounded min value");
    }

    @Test
    void rejectsPointerStoredUnderStackDynptr() {
        rejects(OVER_STACK + "*(u64 *)(r10 -64) = r10\n" + EXIT, "covered by a dynptr");
    }

    @Test
    void pointerSpilledBeforeIsNoPointerUnderStackDynptr() {
        rejects("""
                *(u64 *)(r10 -64) = r1
                *(u64 *)(r10 -56) = r1
                r1 = r10
                r1 += -64
                r2 = 16
                r3 = 0
                r4 = r10
                r4 += -16
                call bpf_dynptr_from_mem#197
                r1 = *(u64 *)(r10 -64)
                r0 = *(u32 *)(r1 +0)
                """ + EXIT, "invalid mem access 'scalar'");
    }

    @Test
    void rejectsDynptrUnderStackDynptr() {
        rejects(OVER_STACK.replace("r4 += -16", "r4 += -64") + EXIT, "must not cover a dynptr");
        rejects(OVER_STACK + OVER_STACK.replace("r1 += -64", "r1 += -48").replace("r4 += -16", "r4 += -64")
                .replace("*(u64 *)(r10 -64) = 7", "*(u64 *)(r10 -48) = 7").replace("r10 -56", "r10 -40") + EXIT,
                "covered by a dynptr");
    }

    @Test
    void dynptrOverCalleesStackDiesWithTheCallee() {
        String text = """
                r1 = r10
                r1 += -16
                call pc+%d
                %sr0 = 0
                exit
                *(u64 *)(r10 -64) = 7
                *(u64 *)(r10 -56) = 7
                r4 = r1
                r1 = r10
                r1 += -64
                r2 = 16
                r3 = 0
                call bpf_dynptr_from_mem#197
                r0 = 0
                exit
                """;
        accepts(text.formatted(2, ""));
        rejects(text.formatted(2 + 5, DATA), "Expected an initialized dynptr");
    }

    @Test
    void sliceOfCalleesStackDiesWithTheCallee() {
        rejects("""
                call pc+4
                if r0 == 0 goto pc+1
                *(u64 *)(r0 +0) = 1
                r0 = 0
                exit
                """ + OVER_STACK + DATA + "exit\n", "invalid mem access 'scalar'");
    }

    @Test
    void dynptrOverCallersStackMayBeMadeInTheCallee() {
        accepts("""
                *(u64 *)(r10 -64) = 7
                *(u64 *)(r10 -56) = 7
                r1 = r10
                r1 += -64
                r2 = r10
                r2 += -16
                call pc+7
                """ + DATA + "r0 = 0\nexit\n" + """
                r4 = r2
                r2 = 16
                r3 = 0
                call bpf_dynptr_from_mem#197
                r0 = 0
                exit
                """);
    }

    @Test
    void acceptsDynptrOverKeyInsideItsCallback() {
        accepts("""
                r1 = map[0]
                r2 = func pc+6
                r3 = 0
                r4 = 0
                call bpf_for_each_map_elem#164
                r0 = 0
                exit
                r1 = r2
                r2 = 8
                r3 = 0
                r4 = r10
                r4 += -16
                call bpf_dynptr_from_mem#197
                r0 = 0
                exit
                """);
    }

    @Test
    void rejectsDynptrBeyondKey() {
        rejects("""
                r1 = map[0]
                r2 = func pc+6
                r3 = 0
                r4 = 0
                call bpf_for_each_map_elem#164
                r0 = 0
                exit
                r1 = r2
                r2 = 9
                r3 = 0
                r4 = r10
                r4 += -16
                call bpf_dynptr_from_mem#197
                r0 = 0
                exit
                """, "dynptr must stay inside the map key");
    }

    /** A struct of two numbers is type 2; type 4 is the program. */
    private static Btf objectTypes() {
        return new Btf(null, List.of(
                new BtfType.Int("long", 8, true, false, false, 0, 64),
                new BtfType.Struct("plain", false, 16, List.of(
                        new BtfType.Member("a", 1, 0, 0), new BtfType.Member("b", 1, 64, 0))),
                new BtfType.FunctionProto(1, List.of(new BtfType.Parameter("context", 1))),
                new BtfType.Function("test", 3, BtfType.Linkage.GLOBAL),
                new BtfType.Function("callback", 3, BtfType.Linkage.STATIC)));
    }

    private static final String OVER_OBJECT = """
            r1 = 2
            r2 = 0
            call kfunc bpf_obj_new_impl
            if r0 == 0 goto pc+%d
            r6 = r0
            r1 = r0
            r2 = %d
            r3 = 0
            r4 = r10
            r4 += -16
            call bpf_dynptr_from_mem#197
            """;
    private static final String DROP = """
            r1 = r6
            r2 = 0
            call kfunc bpf_obj_drop_impl
            """;

    private static Verdict object(String text) {
        return verify(ALL, objectTypes(), text);
    }

    @Test
    void acceptsDynptrOverOwnedObject() {
        Verdict v = object(OVER_OBJECT.formatted(15, 16) + DATA + DROP + EXIT);
        assertThat(v.accepted()).as(v.log()).isTrue();
    }

    @Test
    void rejectsDynptrAfterItsObjectIsDropped() {
        Verdict v = object(OVER_OBJECT.formatted(15, 16) + DROP + DATA + EXIT);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(v.log()).contains("Expected an initialized dynptr as arg #0");
    }

    @Test
    void rejectsSliceAfterItsObjectIsDropped() {
        Verdict v = object(OVER_OBJECT.formatted(19, 16) + DATA + "r7 = r0\n" + DROP
                + "if r7 == 0 goto pc+1\nr1 = *(u64 *)(r7 +0)\n" + EXIT);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(v.log()).contains("R7 invalid mem access 'scalar'");
    }

    @Test
    void rejectsDynptrBeyondObject() {
        Verdict v = object(OVER_OBJECT.formatted(15, 17) + DATA + DROP + EXIT);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(v.log()).contains("dynptr must stay inside the object");
    }
}
