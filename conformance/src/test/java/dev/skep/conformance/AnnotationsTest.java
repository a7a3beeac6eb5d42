package dev.skep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotationsTest {
    private static Annotations annotations(String... tags) {
        return Annotations.of(types(tags), "prog");
    }

    private static Btf types(String... tags) {
        List<BtfType> types = new ArrayList<>();
        types.add(new BtfType.FunctionProto(0, List.of()));
        types.add(new BtfType.Function("prog", 1, BtfType.Linkage.GLOBAL));
        for (String tag : tags) {
            types.add(new BtfType.DeclTag("comment:" + tag, 2, -1));
        }
        return new Btf(null, types);
    }

    @Test
    void readsVerdictFlagsAndLevel() {
        Annotations a = annotations(
                "test_expect_failure",
                "test_log_level=2",
                "test_prog_flags=BPF_F_TEST_STATE_FREQ",
                "test_prog_flags=BPF_F_STRICT_ALIGNMENT",
                "test_expect_success_unpriv");
        assertThat(a.expected()).isFalse();
        assertThat(a.logLevel()).isEqualTo(2);
        assertThat(a.flags()).isEqualTo(ProgramSpec.F_TEST_STATE_FREQ | ProgramSpec.F_STRICT_ALIGNMENT);
    }

    @Test
    void ordersMessagesByTheirNumberAndNotAsText() {
        Annotations a = annotations("test_expect_msg=10=b=2", "test_expect_msg=9=a");
        assertThat(a.messages()).containsExactly("a", "b=2");
    }

    @Test
    void matchesEachMessageAfterTheOneBefore() {
        Annotations a = annotations("test_expect_msg=0=first", "test_expect_msg=1=second");
        assertThat(a.matched("first\nsecond\n")).isEqualTo(2);
        assertThat(a.matched("second\nfirst\n")).isEqualTo(1);
        assertThat(a.matched("nothing")).isZero();
    }

    @Test
    void matchesExpressionsInBracesAndTheRestLiterally() {
        Annotations a = annotations("test_expect_msg=0=R{{[0-9]+}}_w=(x)");
        assertThat(a.matched("1: R12_w=(x)")).isEqualTo(1);
        assertThat(a.matched("1: R_w=(x)")).isZero();
        assertThat(a.matched("1: R1_w=x")).isZero();
    }

    @Test
    void aProgramWithoutTagsExpectsNothing() {
        Annotations a = annotations();
        assertThat(a.expected()).isNull();
        assertThat(a.expectsMessages()).isFalse();
        assertThat(a.logLevel()).isEqualTo(1);
    }

    @Test
    void withoutCapabilitiesWhatIsNotSaidIsAsForRoot() {
        Annotations own = Annotations.unprivileged(
                        types(
                                "test_expect_success",
                                "test_expect_failure_unpriv",
                                "test_expect_msg=0=root",
                                "test_expect_msg_unpriv=1=nobody",
                                "test_log_level=2"),
                        "prog")
                .orElseThrow();
        assertThat(own).isEqualTo(new Annotations(false, 2, 0, List.of("nobody")));
        Annotations inherited = Annotations.unprivileged(
                        types("test_expect_failure", "test_expect_msg=0=root", "test_retval_unpriv=1"), "prog")
                .orElseThrow();
        assertThat(inherited).isEqualTo(new Annotations(false, 1, 0, List.of("root")));
    }

    @Test
    void aProgramForRootOnlyExpectsNothingOfOthers() {
        assertThat(Annotations.unprivileged(types("test_expect_success", "test_expect_msg=0=a"), "prog"))
                .isEmpty();
        assertThat(Annotations.unprivileged(types("test_auxiliary_unpriv"), "prog"))
                .isEmpty();
    }
}
