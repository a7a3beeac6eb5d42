package dev.skep.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Reads Linux's own BPF selftests where the machine has them; see {@link CorpusListing} for the full comparison. */
class CorpusTest {
    private static final Path CORPUS = Path.of(System.getProperty("user.home"), ".cache", "skep", "corpus", "obj");
    private static final String NO_CORPUS = "SKIPPED: no corpus: run conformance/corpus.sh first";

    @Test
    void readsTheDynptrSelftests() throws IOException, ObjectFormatException {
        Path file = CORPUS.resolve("dynptr_fail.o");
        assumeThat(file).as(NO_CORPUS).exists();
        ObjectSpec object = ObjectReader.read("dynptr_fail.o", Files.readAllBytes(file));
        assertThat(object.programs()).hasSizeGreaterThan(60);
        assertThat(object.map("ringbuf")).isNotNull();
    }

    @Test
    void listsTheWholeCorpus() throws IOException {
        assumeThat(CORPUS).as(NO_CORPUS).exists();
        assertThat(CorpusListing.rows(CORPUS, null)).hasSizeGreaterThan(3_000).doesNotHaveDuplicates();
    }
}
