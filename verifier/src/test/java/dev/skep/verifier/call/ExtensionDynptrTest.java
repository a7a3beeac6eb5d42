package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Instruction;
import dev.skep.object.isa.Pseudo;
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
    private static final MapSpec ARRAY = MapSpec.of("array", MapType.ARRAY, 4, 8, 1);

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

    /** A clone of the dynptr at fp-16 at fp-32. */
    private static final String CLONE = """
        r1 = r10
        r1 += -16
        r2 = r10
        r2 += -32
        call kfunc bpf_dynptr_clone
        """;
    /** The number at fp-64 as a place on the stack: good only while it is known. */
    private static final String INDEX = """
        r1 = *(u64 *)(r10 -64)
        r2 = r10
        r2 += r1
        *(u8 *)(r2 -96) = 0
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
        List<FuncInfo> functions = types == Btf.EMPTY
                ? List.of()
                : callback(code) > 0
                        ? List.of(new FuncInfo(0, 4), new FuncInfo(callback(code), 5))
                        : List.of(new FuncInfo(0, 4));
        ProgramSpec program = new ProgramSpec(
                "test.o",
                "test",
                "",
                ProgramType.SCHED_CLS,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                code,
                code.size(),
                List.of(HASH, ARRAY),
                types,
                functions,
                List.of(),
                kfuncs,
                Map.of(),
                Map.of());
        return Verifier.verify(
                program, kernel, VerifierOptions.DEFAULT.withLogLevel(1).withFeatures(features));
    }

    /** Where the callback that the program names starts, 0 if it names none. */
    private static int callback(BpfCode code) {
        for (int i = 0; i < code.size(); i += code.width(i)) {
            if (code.at(i) instanceof Instruction.LoadImm64 load && load.pseudo() == Pseudo.FUNC) {
                return i + 1 + load.imm();
            }
        }
        return 0;
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
        rejects(
                ALLOC + DATA + "if r0 == 0 goto pc+5\nr6 = r0\n" + PUT + "r1 = *(u64 *)(r6 +0)\n" + PUT + EXIT,
                "invalid mem access 'scalar'");
    }

    @Test
    void rejectsPuttingDynptrOfAnotherKind() {
        rejects(OVER_STACK + PUT + EXIT, "unacquired reference");
    }

    @Test
    void namesTheFeatureThatIsMissing() {
        rejects(
                Set.of(),
                ALLOC + PUT + EXIT,
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
        rejects("r0 = 0\n" + OVER_STACK + INDEX + EXIT, "unbounded min value");
        accepts("*(u64 *)(r10 -64) = 7\n" + INDEX + EXIT);
    }

    @Test
    void numbersStoredUnderStackDynptrStayUnknown() {
        rejects(OVER_STACK + """
            *(u64 *)(r10 -64) = 0
            r1 = *(u64 *)(r10 -64)
            r2 = r10
            r2 += r1
            *(u8 *)(r2 -96) = 0
            """ + EXIT, "unbounded min value");
    }

    @Test
    void pointerStoredUnderStackDynptrEndsIt() {
        String pointer = "*(u64 *)(r10 -64) = r10\n";
        accepts(OVER_STACK + pointer + "r2 = *(u64 *)(r10 -64)\n*(u64 *)(r2 -8) = 1\n" + EXIT);
        rejects(OVER_STACK + pointer + DATA + EXIT, "Expected an initialized dynptr as arg #0");
        rejects(
                OVER_STACK + CLONE + pointer + DATA.replace("-16", "-32") + EXIT,
                "Expected an initialized dynptr as arg #0");
        rejects(
                OVER_STACK + DATA + "if r0 == 0 goto pc+2\n" + pointer + "*(u64 *)(r0 +0) = 1\n" + EXIT,
                "R0 invalid mem access 'scalar'");
    }

    @Test
    void pointerStoredBesideStackDynptrEndsNothing() {
        accepts(OVER_STACK + "*(u64 *)(r10 -72) = r10\n*(u64 *)(r10 -48) = r10\n" + DATA + EXIT);
    }

    /** What is known of a slot counts again when neither the dynptr nor a clone or slice is left. */
    @Test
    void coverEndsWithTheLastCloneAndSlice() {
        String end = "*(u64 *)(r10 -16) = 0\n";
        String zero = "*(u64 *)(r10 -64) = 0\n";
        accepts("r0 = 0\n" + OVER_STACK + end + zero + INDEX + EXIT);
        rejects(OVER_STACK + CLONE + end + zero + INDEX + EXIT, "unbounded min value");
        accepts(OVER_STACK + CLONE + end + end.replace("16", "32") + zero + INDEX + EXIT);
        String slice = """
            r1 = r10
            r1 += -16
            r2 = 0
            r3 = 0
            r4 = 8
            call kfunc bpf_dynptr_slice_rdwr
            """;
        rejects(OVER_STACK + slice + end + zero + INDEX + EXIT, "unbounded min value");
        accepts(OVER_STACK + slice + end + "r0 = 0\n" + zero + INDEX + EXIT);
        rejects(
                OVER_STACK + slice + "*(u64 *)(r10 -80) = r0\nr0 = 0\n" + end + zero + INDEX + EXIT,
                "unbounded min value");
    }

    @Test
    void clonesOfStackDynptrsKeepTheCover() {
        rejects(OVER_STACK + CLONE.replace("r2 += -32", "r2 += -64") + EXIT, "dynptr must not cover itself");
        rejects(
                OVER_STACK + CLONE + "*(u64 *)(r10 -56) = 0\nr1 = *(u64 *)(r10 -56)\n"
                        + INDEX.lines().skip(1).collect(java.util.stream.Collectors.joining("\n")) + "\n" + EXIT,
                "unbounded min value");
    }

    @Test
    void iteratorUnderStackDynptrEndsIt() {
        String iterator = """
            r1 = r10
            r1 += -64
            r2 = 0
            r3 = 1
            call kfunc bpf_iter_num_new
            """;
        String destroy = "r1 = r10\nr1 += -64\ncall kfunc bpf_iter_num_destroy\n";
        accepts(OVER_STACK + iterator + destroy + EXIT);
        rejects(OVER_STACK + iterator + destroy + DATA + EXIT, "Expected an initialized dynptr as arg #0");
        String over = OVER_STACK.lines().skip(2).collect(java.util.stream.Collectors.joining("\n")) + "\n";
        rejects(iterator.replace("-64", "-56") + over + EXIT, "would lead to reference leak");
    }

    /** Two ways lead to one place, one with the dynptr over the slot: neither hides the other. */
    @Test
    void pruningSeesWhatDynptrsCover() {
        String text = """
            *(u64 *)(r10 -64) = 7
            *(u64 *)(r10 -56) = 7
            *(u64 *)(r10 -48) = 7
            call bpf_get_prandom_u32#7
            r1 = r10
            r1 += %d
            if r0 == 0 goto pc+2
            r1 = r10
            r1 += %d
            r2 = 8
            r3 = 0
            r4 = r10
            r4 += -16
            call bpf_dynptr_from_mem#197
            *(u64 *)(r10 -64) = 0
            """ + INDEX + DATA + EXIT;
        accepts(text.formatted(-56, -48));
        rejects(text.formatted(-64, -48), "unbounded min value");
        rejects(text.formatted(-56, -64), "unbounded min value");
        String map = text.replace("r1 = r10\nr1 += %d\nif", "r1 = value[1]+0\nif");
        rejects(map.formatted(-64), "unbounded min value");
        accepts(map.formatted(-48));
    }

    @Test
    void onePlaceMakesOneKindOfDynptr() {
        rejects("""
            r1 = map[0]
            r2 = func pc+6
            r3 = 0
            r4 = 0
            call bpf_for_each_map_elem#164
            r0 = 0
            exit
            r1 = r2
            r2 = *(u64 *)(r3 +0)
            if r2 == 0 goto pc+1
            r1 = r3
            r2 = 8
            r3 = 0
            r4 = r10
            r4 += -16
            call bpf_dynptr_from_mem#197
            r0 = 0
            exit
            """, "same insn cannot make read-only and writable dynptrs");
    }

    private static final String EACH_KEY = """
        r1 = map[0]
        r2 = func pc+%d
        r3 = r10
        r4 = 0
        call bpf_for_each_map_elem#164
        %sr0 = 0
        exit
        r9 = r4
        r1 = r2
        r2 = 8
        r3 = 0
        r4 = %s
        r4 += -16
        call bpf_dynptr_from_mem#197
        %sr0 = 0
        exit
        """;

    @Test
    void keyDynptrDoesNotLeaveItsCallback() {
        accepts(EACH_KEY.formatted(6, "", "r9", ""));
        rejects(EACH_KEY.formatted(11, DATA, "r9", ""), "Expected an initialized dynptr as arg #0");
    }

    @Test
    void keySliceDoesNotLeaveItsCallback() {
        String keep = """
            r1 = r10
            r1 += -16
            r2 = 0
            r3 = 0
            r4 = 8
            call kfunc bpf_dynptr_slice
            if r0 == 0 goto pc+1
            *(u64 *)(r9 -64) = r0
            """;
        String use = "r1 = *(u64 *)(r10 -64)\nr0 = *(u64 *)(r1 +0)\n";
        rejects(
                "r1 = value[1]+0\n*(u64 *)(r10 -64) = r1\n" + EACH_KEY.formatted(8, use, "r10", keep),
                "R1 invalid mem access 'scalar'");
    }

    @Test
    void rejectsWritingToAKeyThroughASlice() {
        rejects(
                EACH_KEY.formatted(6, "", "r10", DATA + "if r0 == 0 goto pc+1\n*(u64 *)(r0 +0) = 1\n"),
                "R0 cannot write into rdonly_mem");
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
    void rejectsDynptrUnderItself() {
        rejects(OVER_STACK.replace("r4 += -16", "r4 += -64") + EXIT, "must not cover itself");
    }

    @Test
    void dynptrUnderAnotherEndsTheOther() {
        String second = OVER_STACK
                .replace("r1 += -64", "r1 += -48")
                .replace("r4 += -16", "r4 += -64")
                .replace("*(u64 *)(r10 -64) = 7", "*(u64 *)(r10 -48) = 7")
                .replace("r10 -56", "r10 -40");
        accepts(OVER_STACK + second + DATA.replace("-16", "-64") + EXIT);
        rejects(OVER_STACK + second + DATA + EXIT, "Expected an initialized dynptr as arg #0");
        rejects(
                ALLOC.replace("-16", "-64")
                        + OVER_STACK.lines().skip(2).collect(java.util.stream.Collectors.joining("\n")) + "\n" + EXIT,
                "potential write to dynptr at off=-64 disallowed");
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
        return new Btf(
                null,
                List.of(
                        new BtfType.Int("long", 8, true, false, false, 0, 64),
                        new BtfType.Struct(
                                "plain",
                                false,
                                16,
                                List.of(new BtfType.Member("a", 1, 0, 0), new BtfType.Member("b", 1, 64, 0))),
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
