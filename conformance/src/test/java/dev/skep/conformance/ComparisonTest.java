package dev.skep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.conformance.Comparison.Kind;
import dev.skep.conformance.Judgement.Outcome;
import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    static Comparison comparison(String name, Verdict linux, Outcome skep) {
        return comparison(name, linux, skep, "R1 bad", 100);
    }

    private static Comparison comparison(String name, Verdict linux, Outcome skep, String message, long processed) {
        Row row = new Row("a.o", name, "xdp", "xdp", 4, linux, 100, linux == Verdict.REJECT ? "R1 bad" : "");
        Judgement judgement = new Judgement(skep, message, "", processed, 5);
        return new Comparison(row, judgement, 0, 0, Comparison.Log.UNKNOWN, Set.of("dynptr"), 10);
    }

    @Test
    void tellsUnsafeFromStrict() {
        assertThat(comparison("p", Verdict.REJECT, Outcome.ACCEPT).kind()).isEqualTo(Kind.FALSE_ACCEPT);
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.REJECT).kind()).isEqualTo(Kind.FALSE_REJECT);
        assertThat(comparison("p", Verdict.REJECT, Outcome.REJECT).kind()).isEqualTo(Kind.SAME);
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.CRASH).kind()).isEqualTo(Kind.CRASH);
    }

    @Test
    void anEnvironmentIsNotAVerdict() {
        Comparison c = comparison("p", Verdict.NONE, Outcome.ACCEPT);
        assertThat(c.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(Tally.of(List.of(c)).judged).isZero();
    }

    @Test
    void comparesMessagesOnlyWhereBothReject() {
        assertThat(comparison("p", Verdict.REJECT, Outcome.REJECT, "R1 bad", 1).messageDiffers())
                .isFalse();
        assertThat(comparison("p", Verdict.REJECT, Outcome.REJECT, "R2 bad", 1).messageDiffers())
                .isTrue();
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.ACCEPT, "x", 1).messageDiffers())
                .isFalse();
    }

    @Test
    void aCostWithinATenthIsTheSame() {
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.ACCEPT, "", 109).costDiffers())
                .isFalse();
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.ACCEPT, "", 112).costDiffers())
                .isTrue();
        assertThat(comparison("p", Verdict.ACCEPT, Outcome.ACCEPT, "", 88).costDiffers())
                .isTrue();
    }

    @Test
    void hundredPerCentMeansAll() {
        assertThat(Tally.percent(9999, 10000)).isEqualTo("99.9 %");
        assertThat(Tally.percent(10000, 10000)).isEqualTo("100 %");
        assertThat(Tally.percent(0, 0)).isEqualTo("-");
    }

    @Test
    void aListedDifferenceThatAgreesIsAProblemAndSoIsAnUnlistedOne(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("known.tsv");
        Files.writeString(file, """
            # heading
            object\tprogram\tkind\treason
            a.o\tlisted\tfalse-reject\tno such map type
            a.o\tstale\tfalse-reject\told
            """);
        KnownDifferences known = KnownDifferences.read(file);
        Comparison listed = comparison("listed", Verdict.ACCEPT, Outcome.REJECT);
        assertThat(known.reason(listed)).isEqualTo("no such map type");
        assertThat(known.problems(List.of(
                        listed,
                        comparison("stale", Verdict.ACCEPT, Outcome.ACCEPT),
                        comparison("new", Verdict.REJECT, Outcome.ACCEPT))))
                .containsExactly(
                        "a.o/stale: listed as false-reject but agrees now: remove the entry",
                        "a.o/new: false-accept, not listed");
    }

    @Test
    void theParityPageNamesEveryDifference(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("docs/parity.md");
        List<Comparison> all = List.of(
                comparison("same", Verdict.ACCEPT, Outcome.ACCEPT),
                comparison("other", Verdict.REJECT, Outcome.ACCEPT));
        ParityPage.write(page, all, new SkepJudge(), KnownDifferences.none(), new UnprivilegedTally());
        assertThat(Files.readString(page))
                .contains(
                        "| same verdict | 1 (50.0 %) |",
                        "| xdp | 2 | 1 | 1 |", "| dynptr | 2 | 1 |", "| a.o/other | REJECT R1 bad |");
    }
}
