package dev.skep.verifier.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Linux618;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Member;
import dev.skep.object.btf.BtfType.Parameter;
import dev.skep.object.isa.Assembler;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Arguments of struct_ops programs that belong to the program. Rules as documented of Linux 6.18; no kernel at hand has
 * such a struct.
 */
class StructOpsReferenceTest {
    private static final int TAKE = 0;
    private static final int RETURN = 1;
    private static final int PLAIN = 2;

    private final List<BtfType> types = new ArrayList<>();
    private int release;
    private int ops;

    private int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    /** {@code struct test_ops}: {@code int take(int n, task)}, {@code task give(task)}, {@code int plain(task)}. */
    private Btf kernel() {
        int integer = add(new BtfType.Int("int", 4, true, false, false, 0, 32));
        int word = add(new BtfType.Int("unsigned long", 8, false, false, false, 0, 64));
        int task = add(new BtfType.Struct("task_struct", false, 8, List.of(new Member("flags", word, 0, 0))));
        int pointer = add(new BtfType.Pointer(task));
        int proto = add(new BtfType.FunctionProto(0, List.of(new Parameter("p", pointer))));
        release = add(new BtfType.Function("bpf_task_release", proto, BtfType.Linkage.GLOBAL));
        ops = types.size() + 1;
        List<Member> members = List.of(
                new Member("take", ops + 1, 0, 0),
                new Member("give", ops + 3, 64, 0),
                new Member("plain", ops + 5, 128, 0));
        add(new BtfType.Struct("test_ops", false, 24, members));
        member(integer, "task", new Parameter("n", integer), pointer);
        member(pointer, "task", null, pointer);
        member(integer, "task", null, pointer);
        stub("test_ops__take", integer, new Parameter("n", integer), new Parameter("task__ref", pointer));
        stub("test_ops__give", pointer, new Parameter("task__ref", pointer));
        stub("test_ops__plain", integer, new Parameter("task", pointer));
        add(new BtfType.Struct("bpf_struct_ops_test_ops", false, 24, List.of(new Member("data", ops, 0, 0))));
        return new Btf(null, List.copyOf(types));
    }

    private void member(int result, String name, Parameter first, int pointer) {
        int proto = types.size() + 2;
        add(new BtfType.Pointer(proto));
        Parameter own = new Parameter(name, pointer);
        add(new BtfType.FunctionProto(result, first == null ? List.of(own) : List.of(first, own)));
    }

    private void stub(String name, int result, Parameter... parameters) {
        int proto = add(new BtfType.FunctionProto(result, List.of(parameters)));
        add(new BtfType.Function(name, proto, BtfType.Linkage.STATIC));
    }

    private Verdict verdict(int member, String text) {
        types.clear();
        Btf btf = kernel();
        ProgramSpec p = ProgramSpec.of(
                        "p", ProgramType.STRUCT_OPS, Assembler.assemble(text.replace("release", "kfunc#" + release)))
                .withAttachTarget("test_ops", ops, member);
        return Verifier.verify(p, Linux618.with(btf), VerifierOptions.DEFAULT.withLogLevel(2));
    }

    private String answer(int member, String text) {
        return verdict(member, text) instanceof Verdict.Rejected r ? r.message() : "accepted";
    }

    @Test
    void anArgumentThatIsNotGivenAwayLeaksEvenIfNobodyReadIt() {
        Verdict v = verdict(TAKE, "r0 = 0\nexit");
        assertThat(v.accepted()).isFalse();
        assertThat(v.log())
                .contains("Unreleased reference id=1 alloc_insn=0")
                .contains("BPF_EXIT instruction in main prog would lead to reference leak");
    }

    @Test
    void releasingTheArgumentIsEnough() {
        Verdict v = verdict(TAKE, "r1 = *(u64 *)(r1 + 8)\ncall release\nr0 = 0\nexit");
        assertThat(v.accepted()).as(v.log()).isTrue();
        assertThat(v.log()).contains("R1=trusted_ptr_task_struct(ref_obj_id=1)");
    }

    @Test
    void oneWordOfTheContextIsOneReferenceHoweverOftenItIsRead() {
        assertThat(answer(TAKE, """
            r6 = r1
            r1 = *(u64 *)(r6 + 8)
            r7 = *(u64 *)(r6 + 8)
            call release
            r0 = *(u64 *)(r7 + 0)
            exit
            """)).isEqualTo("R7 invalid mem access 'scalar'");
    }

    @Test
    void aReleasedArgumentCannotBeReadAgain() {
        assertThat(answer(TAKE, """
            r6 = r1
            r1 = *(u64 *)(r6 + 8)
            call release
            r1 = *(u64 *)(r6 + 8)
            r0 = 0
            exit
            """)).isEqualTo("invalid bpf_context access off=8. Reference may already be released");
    }

    @Test
    void everyPathMustGiveItAway() {
        assertThat(answer(TAKE, """
            r2 = *(u64 *)(r1 + 0)
            r1 = *(u64 *)(r1 + 8)
            if r2 == 0 goto pc+1
            call release
            r0 = 0
            exit
            """)).isEqualTo("BPF_EXIT instruction in main prog would lead to reference leak");
    }

    @Test
    void aMemberMayReturnWhatItWasGiven() {
        assertThat(answer(RETURN, "r0 = *(u64 *)(r1 + 0)\nexit")).isEqualTo("accepted");
        assertThat(answer(RETURN, "r0 = 0\nexit"))
                .isEqualTo("BPF_EXIT instruction in main prog would lead to reference leak");
    }

    @Test
    void anOrdinaryArgumentIsNobodysReference() {
        assertThat(answer(PLAIN, "r1 = *(u64 *)(r1 + 0)\nr0 = 0\nexit")).isEqualTo("accepted");
        assertThat(answer(PLAIN, "r1 = *(u64 *)(r1 + 0)\ncall release\nr0 = 0\nexit"))
                .isEqualTo("release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID");
    }

    @Test
    void aProgramWithSuchAnArgumentMayNotTailCall() {
        assertThat(answer(TAKE, "call 12\nr0 = 0\nexit")).isEqualTo("program with __ref argument cannot tail call");
        assertThat(answer(PLAIN, "call 12\nr0 = 0\nexit")).isNotEqualTo("program with __ref argument cannot tail call");
    }
}
