package dev.skep.conformance.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.conformance.CorpusPrograms;
import dev.skep.conformance.Samples;
import dev.skep.conformance.engines.Agreement.Kind;
import dev.skep.jit.CodeSize;
import dev.skep.linux.LinuxKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Interpreter, generated code and the running kernel leave the same behind. {@code Conformance engines} runs many more.
 */
class EnginesTest {
    @BeforeEach
    void askTheKernel() {
        if (!LinuxKernel.available().yes()) {
            System.err.println("SKIPPED: the kernel cannot be asked: "
                    + LinuxKernel.available().reason());
        }
        assumeTrue(LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
    }

    private static List<String> bad(Tally tally) {
        return tally.notable().stream()
                .filter(a -> a.kind().bad())
                .map(Agreement::line)
                .toList();
    }

    @Test
    void agreeOnRandomPrograms() throws Exception {
        Tally tally =
                new EnginesRun(Samples.kernel(), Candidates.random("generated", 7), true, false).run(200, 1, _ -> {});
        assertThat(bad(tally)).isEmpty();
        assertThat(tally.count(Kind.SAME)).isGreaterThan(150);
    }

    @Test
    void agreeOnEveryExample() throws Exception {
        Path root = Stream.of("", "..")
                .map(Path::of)
                .filter(p -> Files.isDirectory(p.resolve("examples")))
                .findFirst()
                .orElseThrow();
        Tally tally =
                new EnginesRun(Samples.kernel(), Candidates.examples(root), true, true).run(Long.MAX_VALUE, 1, _ -> {});
        assertThat(bad(tally)).isEmpty();
        assertThat(tally.count(Kind.SAME)).isGreaterThan(20);
        assertThat(tally.largest()).isLessThan(CodeSize.LIMIT);
    }

    @Test
    @Tag("corpus")
    void agreeOnTheCorpusInMethodsThatHotSpotCompiles() throws Exception {
        assumeTrue(CorpusPrograms.find().isPresent(), "there is no corpus");
        Tally tally =
                new EnginesRun(Samples.kernel(), Candidates.corpus("*"), true, true).run(Long.MAX_VALUE, 2, _ -> {});
        assertThat(bad(tally)).isEmpty();
        assertThat(tally.largest()).isLessThan(CodeSize.LIMIT);
    }
}
