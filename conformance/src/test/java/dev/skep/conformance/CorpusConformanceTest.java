package dev.skep.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.linux.LinuxKernel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole corpus: what the reader finds, and Skep's verdicts beside Linux's. Skipped, saying how to get it, where
 * there is no corpus.
 */
@Tag("corpus")
class CorpusConformanceTest {
    private Corpus corpus;

    @BeforeEach
    void findCorpus() {
        corpus = Corpus.find().orElse(null);
        if (corpus == null) {
            System.err.println("SKIPPED: " + Corpus.howToBuild());
        }
        assumeTrue(corpus != null, Corpus::howToBuild);
    }

    @Test
    void theReaderFindsEveryProgramWithItsSectionTypeAndSize() throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ListObjects.run(corpus, VerdictTable.linux618(), "*", new PrintStream(text, true, StandardCharsets.UTF_8));
        assertThat(text.toString(StandardCharsets.UTF_8).strip().lines().toList())
                .as("differences between the reader and the recorded table")
                .hasSize(1);
    }

    @Test
    void verdictsAreLinuxsExceptForTheKnownDifferences() throws Exception {
        Path known = Stream.of("known-differences.tsv", "conformance/known-differences.tsv")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        List<Comparison> all = compare(new SkepJudge(), "*");
        assertThat(KnownDifferences.read(known).problems(all)).isEmpty();
    }

    @Test
    void verdictsAndWordsForALoaderWithoutCapabilitiesAreLinuxs() throws Exception {
        UnprivilegedTally tally = UnprivilegedRun.recorded(corpus, RunOptions.DEFAULT);
        assertThat(tally.differences).isEmpty();
        assertThat(tally.judged).isGreaterThan(600);
        assertThat(tally.metByBoth).isEqualTo(tally.metByLinux).isGreaterThan(600);
    }

    @Test
    void theRunningKernelSaysTheSameOfWhatSkepLinked() throws Exception {
        assumeTrue(LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
        String release = LinuxKernel.release();
        assumeTrue(release.startsWith("6.18"), () -> "the table is of 6.18: release=" + release);
        String objects = "{dynptr*,user_ringbuf*,test_ringbuf*,map_kptr*,linked_list*}";
        List<String> different = compare(new LinuxJudge(), objects).stream()
                .filter(c -> c.kind() != Comparison.Kind.SAME)
                .map(Comparison::line)
                .toList();
        assertThat(different).isEmpty();
    }

    private List<Comparison> compare(Judge judge, String objects) throws Exception {
        RunOptions d = RunOptions.DEFAULT;
        RunOptions options = new RunOptions(
                objects,
                "*",
                "",
                "",
                "",
                false,
                d.jobs(),
                d.timeoutSeconds(),
                false,
                false,
                0,
                null,
                false,
                false,
                d.show());
        List<Comparison> all = new ArrayList<>();
        List<Task> tasks = Conformance.tasks(corpus, VerdictTable.linux618(), options, all);
        List<Runner.Job> jobs = tasks.stream().map(t -> t.job(judge, options)).toList();
        all.addAll(Runner.run(jobs, d.jobs(), d.timeoutSeconds(), _ -> {}));
        return all;
    }
}
