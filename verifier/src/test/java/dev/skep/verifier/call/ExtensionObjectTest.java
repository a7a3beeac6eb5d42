package dev.skep.verifier.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModels;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Member;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Local dynptrs over allocated objects: what they may cover, and when they end. */
class ExtensionObjectTest {
    private final List<BtfType> types = new ArrayList<>();
    private final int number = add(new BtfType.Int("long", 8, true, false, false, 0, 64));
    private final int word = add(new BtfType.Int("int", 4, true, false, false, 0, 32));
    private final int lock = struct("bpf_spin_lock", 4, new Member("val", word, 0, 0));
    private final int listNode = struct("bpf_list_node", 24);
    private final int listHead = struct("bpf_list_head", 16);
    private final int treeNode = struct("bpf_rb_node", 32);
    private final int treeRoot = struct("bpf_rb_root", 16);
    private final int refcount = struct("bpf_refcount", 4);
    private final int plain = struct("plain", 16, member("a", number, 0), member("b", number, 8));
    private final int item = struct(
            "item",
            48,
            member("a", number, 0),
            member("node", listNode, 8),
            member("b", number, 32),
            member("count", refcount, 40));
    private final int leaf =
            struct("leaf", 48, member("node", treeNode, 0), member("a", number, 32), member("b", number, 40));
    private final int toPlain = add(new BtfType.Pointer(add(new BtfType.TypeTag("kptr", plain))));
    private final int holder =
            struct("holder", 24, member("a", number, 0), member("p", toPlain, 8), member("b", number, 16));
    private final int value = struct(
            "value",
            48,
            member("lock", lock, 0),
            member("head", listHead, 8),
            member("root", treeRoot, 24),
            member("p", toPlain, 40));
    private final int function;
    private final int less;

    ExtensionObjectTest() {
        add(new BtfType.DeclTag("contains:item:node", value, 1));
        add(new BtfType.DeclTag("contains:leaf:node", value, 2));
        int proto = add(new BtfType.FunctionProto(number, List.of(new BtfType.Parameter("context", number))));
        function = add(new BtfType.Function("test", proto, BtfType.Linkage.GLOBAL));
        int pair = add(new BtfType.FunctionProto(
                number, List.of(new BtfType.Parameter("a", number), new BtfType.Parameter("b", number))));
        less = add(new BtfType.Function("less", pair, BtfType.Linkage.STATIC));
    }

    private int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    private int struct(String name, int size, Member... members) {
        return add(new BtfType.Struct(name, false, size, List.of(members)));
    }

    private static Member member(String name, int type, int offset) {
        return new Member(name, type, 8 * offset, 0);
    }

    private static final String DATA = """
        r1 = r10
        r1 += -16
        r2 = 0
        r3 = 8
        call bpf_dynptr_data#203
        """;
    private static final String DROP = """
        r1 = r6
        r2 = 0
        call kfunc bpf_obj_drop_impl
        """;
    private static final String EXIT = "r0 = 0\nexit\n";

    private static String made(int type) {
        return """
            r1 = %d
            r2 = 0
            call kfunc bpf_obj_new_impl
            if r0 != 0 goto pc+2
            r0 = 0
            exit
            r6 = r0
            """.formatted(type);
    }

    private static String over(int offset, int size) {
        return """
            r1 = r6
            r1 += %d
            r2 = %d
            r3 = 0
            r4 = r10
            r4 += -16
            call bpf_dynptr_from_mem#197
            """.formatted(offset, size);
    }

    private Verdict verify(String text) {
        Btf btf = new Btf(null, types);
        MapSpec map = MapSpec.of("values", MapType.ARRAY, 4, 48, 1).withTypes(btf, word, value);
        Btf all = Extensions.types(KernelModels.shipped().btf());
        Map<Integer, String> kfuncs = new HashMap<>();
        BpfCode code = Asm.assemble(text, name -> {
            int id = all.find(name, BtfType.Function.class);
            kfuncs.put(id, name);
            return id;
        });
        int callback = text.contains("func pc") ? code.size() - 2 : 0;
        List<FuncInfo> functions = callback == 0
                ? List.of(new FuncInfo(0, function))
                : List.of(new FuncInfo(0, function), new FuncInfo(callback, less));
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
                List.of(map),
                btf,
                functions,
                List.of(),
                kfuncs,
                Map.of(),
                Map.of());
        return Verifier.verify(
                program,
                KernelModels.shipped(),
                VerifierOptions.DEFAULT.withLogLevel(1).withFeatures(Set.of(Extensions.STACK_DYNPTR)));
    }

    private void accepts(String text) {
        Verdict v = verify(text);
        assertThat(v.accepted()).as(v.log()).isTrue();
    }

    private void rejects(String text, String message) {
        Verdict v = verify(text);
        assertThat(v.accepted()).as(v.log()).isFalse();
        assertThat(((Verdict.Rejected) v).message()).as(v.log()).contains(message);
    }

    @Test
    void coversPlainFieldsOnly() {
        accepts(made(item) + over(0, 8) + DROP + EXIT);
        accepts(made(item) + over(32, 8) + DROP + EXIT);
        rejects(made(item) + over(0, 9) + DROP + EXIT, "R1 dynptr must not cover bpf_list_node at off=8");
        rejects(made(item) + over(31, 1) + DROP + EXIT, "R1 dynptr must not cover bpf_list_node at off=8");
        rejects(made(item) + over(32, 12) + DROP + EXIT, "R1 dynptr must not cover bpf_refcount at off=40");
        rejects(made(leaf) + over(0, 48) + DROP + EXIT, "R1 dynptr must not cover bpf_rb_node at off=0");
        rejects(made(holder) + over(0, 24) + DROP + EXIT, "R1 dynptr must not cover kptr at off=8");
        accepts(made(holder) + over(16, 8) + DROP + EXIT);
    }

    @Test
    void sizeKnownOnlyAtRunTimeCountsAtItsMost() {
        String size = "call bpf_get_prandom_u32#7\nr2 = r0\nr2 &= %d\nr1 = r6\nr1 += 32\nr3 = 0\nr4 = r10\nr4 += -16\n"
                + "call bpf_dynptr_from_mem#197\n";
        accepts(made(item) + size.formatted(7) + DROP + EXIT);
        rejects(made(item) + size.formatted(15) + DROP + EXIT, "R1 dynptr must not cover bpf_refcount at off=40");
        rejects(
                made(plain) + size.replace("r1 += 32", "r1 += 8").formatted(15) + DROP + EXIT,
                "dynptr must stay inside the object");
        rejects(
                made(plain) + size.replace("r2 &= %d\n", "").replace("r1 += 32\n", "") + DROP + EXIT,
                "R2 min value is negative");
        rejects(
                made(plain) + "call bpf_get_prandom_u32#7\nr0 &= 7\n"
                        + over(0, 8).replace("r1 += 0", "r1 += r0") + DROP + EXIT,
                "R1");
    }

    @Test
    void rejectsObjectsThatTheProgramDoesNotOwn() {
        String maybe = made(plain).replace("if r0 != 0 goto pc+2\nr0 = 0\nexit\n", "");
        rejects(maybe + over(0, 8) + EXIT, "R1");
        rejects(LOCK + "r1 = value[0]+24\ncall kfunc bpf_rbtree_first\nr6 = r0\n" + over(0, 8) + EXIT, "R1");
    }

    private static final String LOCK = "r1 = value[0]+0\ncall bpf_spin_lock#93\n";
    private static final String UNLOCK = "r1 = value[0]+0\ncall bpf_spin_unlock#94\n";
    private static final String PUSH = LOCK + """
        r1 = value[0]+8
        r2 = r6
        r2 += 8
        r3 = 0
        r4 = 0
        call kfunc bpf_list_push_back_impl
        """ + UNLOCK;

    /** Adds to the tree; the callback is the program's last two instructions. */
    private static String treeAdd(int distance) {
        return LOCK + """
            r1 = value[0]+24
            r2 = r6
            r3 = func pc+%d
            r4 = 0
            r5 = 0
            call kfunc bpf_rbtree_add_impl
            """.formatted(distance) + UNLOCK;
    }

    private static final String XCHG = """
        r1 = value[0]+40
        r2 = r6
        call bpf_kptr_xchg#194
        if r0 == 0 goto pc+3
        r1 = r0
        r2 = 0
        call kfunc bpf_obj_drop_impl
        """;
    private static final String USE_SLICE = "if r7 == 0 goto pc+1\nr1 = *(u64 *)(r7 +0)\n";

    @Test
    void endsWhenTheObjectGoesIntoAList() {
        accepts(made(item) + over(32, 8) + DATA + PUSH + EXIT);
        rejects(made(item) + over(32, 8) + PUSH + DATA + EXIT, "Expected an initialized dynptr as arg #0");
        rejects(
                made(item) + over(32, 8) + DATA + "r7 = r0\n" + PUSH + USE_SLICE + EXIT,
                "R7 invalid mem access 'scalar'");
    }

    @Test
    void endsWhenTheObjectGoesIntoATree() {
        accepts(made(leaf) + over(32, 8) + DATA + treeAdd(9) + EXIT + EXIT);
        rejects(
                made(leaf) + over(32, 8) + treeAdd(14) + DATA + EXIT + EXIT,
                "Expected an initialized dynptr as arg #0");
        rejects(
                made(leaf) + over(32, 8) + DATA + "r7 = r0\n" + treeAdd(11) + USE_SLICE + EXIT + EXIT,
                "R7 invalid mem access 'scalar'");
    }

    @Test
    void endsWhenTheObjectGoesIntoAMap() {
        accepts(made(plain) + over(0, 16) + DATA + XCHG + EXIT);
        rejects(made(plain) + over(0, 16) + XCHG + DATA + EXIT, "Expected an initialized dynptr as arg #0");
        rejects(
                made(plain) + over(0, 16) + DATA + "r7 = r0\n" + XCHG + USE_SLICE + EXIT,
                "R7 invalid mem access 'scalar'");
    }

    @Test
    void clonesEndWithTheObject() {
        String clone = """
            r1 = r10
            r1 += -16
            r2 = r10
            r2 += -32
            call kfunc bpf_dynptr_clone
            """;
        String cloned = DATA.replace("-16", "-32");
        accepts(made(plain) + over(0, 16) + clone + cloned + DROP + EXIT);
        rejects(made(plain) + over(0, 16) + clone + DROP + cloned + EXIT, "Expected an initialized dynptr as arg #0");
        rejects(
                made(plain) + over(0, 16) + clone + cloned + "r7 = r0\n" + DROP + USE_SLICE + EXIT,
                "R7 invalid mem access 'scalar'");
    }

    /** The first reference carries the dynptr: the second keeps the object, not the dynptr. */
    @Test
    void endsWithTheReferenceThatItWasMadeFrom() {
        String acquire = "r1 = r6\nr2 = 0\ncall kfunc bpf_refcount_acquire_impl\nr8 = r0\n";
        String dropSecond = DROP.replace("r6", "r8");
        accepts(made(item) + over(32, 8) + acquire + dropSecond + DATA + DROP + EXIT);
        rejects(
                made(item) + over(32, 8) + acquire + DROP + DATA + dropSecond + EXIT,
                "Expected an initialized dynptr as arg #0");
    }

    /** The same place with another object behind it is another state. */
    @Test
    void pruningTellsOwnersApart() {
        String text =
                made(plain) + """
                    r1 = %d
                    r2 = 0
                    call kfunc bpf_obj_new_impl
                    if r0 != 0 goto pc+5
                    """.formatted(plain) + DROP + EXIT + """
                    r8 = r0
                    call bpf_get_prandom_u32#7
                    r1 = r6
                    if r0 == 0 goto pc+1
                    r1 = r8
                    r2 = 16
                    r3 = 0
                    r4 = r10
                    r4 += -16
                    call bpf_dynptr_from_mem#197
                    """ + DROP + DATA + DROP.replace("r6", "r8") + EXIT;
        rejects(text, "Expected an initialized dynptr as arg #0");
    }
}
