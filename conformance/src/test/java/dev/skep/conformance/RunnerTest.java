package dev.skep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.conformance.Comparison.Kind;
import dev.skep.conformance.Judgement.Outcome;
import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunnerTest {
    private static Runner.Job job(String name, java.util.concurrent.Callable<Judgement> answer) {
        Row row = new Row("a.o", name, "xdp", "xdp", 1, Verdict.ACCEPT, 1, "");
        return new Runner.Job() {
            @Override
            public Comparison run() throws Exception {
                return failed(answer.call());
            }

            @Override
            public Comparison failed(Judgement judgement) {
                return new Comparison(row, judgement, 0, 0, Comparison.Log.UNKNOWN, Set.of(), 0);
            }
        };
    }

    @Test
    void aHangOrACrashCostsOneRow() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Judgement fine = new Judgement(Outcome.ACCEPT, "", "", 1, 1);
        List<Comparison> done = Runner.run(
                List.of(
                        job("hangs", () -> {
                            never.await();
                            return fine;
                        }),
                        job("throws", () -> {
                            throw new IllegalStateException("broken");
                        }),
                        job("overflows", () -> overflow(0)),
                        job("works", () -> fine)),
                1,
                5,
                _ -> {});
        Map<String, Comparison> byName =
                done.stream().collect(Collectors.toMap(c -> c.row().program(), c -> c));
        assertThat(byName.get("hangs").kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(byName.get("hangs").judgement().message()).contains("CountDownLatch.java");
        assertThat(byName.get("throws").judgement().message()).contains("broken", "RunnerTest.java");
        assertThat(byName.get("overflows").kind()).isEqualTo(Kind.CRASH);
        assertThat(byName.get("works").kind()).isEqualTo(Kind.SAME);
    }

    private static Judgement overflow(int depth) {
        return depth < 0 ? null : overflow(depth + 1);
    }

    @Test
    void argumentsAreReadOrRefused() {
        Arguments a = Arguments.parse(
                new String[] {"run", "--object", "dynptr*", "--show", "message,false-accept", "--jobs", "4"});
        assertThat(a.options().objects()).isEqualTo("dynptr*");
        assertThat(a.options().show()).containsExactlyInAnyOrder(RunOptions.Show.MESSAGE, RunOptions.Show.FALSE_ACCEPT);
        assertThat(a.options().jobs()).isEqualTo(4);
        assertThat(a.known()).isEqualTo(Path.of("conformance/known-differences.tsv"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> Arguments.parse(new String[] {"run", "--loud"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown option: --loud");
    }
}
