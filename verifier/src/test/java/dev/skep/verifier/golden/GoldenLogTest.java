package dev.skep.verifier.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.Linux618;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The log is Linux's, byte for byte. Each sample holds a program, a checksum of the kernel's log at level 1 and at
 * level 2, and the level 2 log without what the program says already (instruction text), to see where a difference
 * begins.
 */
class GoldenLogTest {
    static List<Sample> samples() throws IOException {
        List<Sample> all = new ArrayList<>();
        try (InputStream in = GoldenLogTest.class.getResourceAsStream("samples.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String part : text.split("(?m)^== ")) {
                if (!part.isBlank()) {
                    all.add(Sample.parse(part));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void logIsLinuxesByteForByte(Sample sample) {
        Verdict full = verify(sample, 2);
        assertThat(Sample.condensed(full.log())).as("level 2, condensed").isEqualTo(sample.log2());
        assertThat(crc(full.log())).as("checksum at level 2 of\n%s", full.log()).isEqualTo(sample.crc2());
        Verdict path = verify(sample, 1);
        assertThat(crc(path.log())).as("checksum at level 1 of\n%s", path.log()).isEqualTo(sample.crc1());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void verdictDoesNotDependOnTheLogLevel(Sample sample) {
        Verdict silent = verify(sample, 0);
        Verdict loud = verify(sample, 2);
        assertThat(silent.accepted()).isEqualTo(loud.accepted()).isEqualTo(sample.accepted());
        assertThat(silent.log()).isEmpty();
        assertThat(silent.statistics().processed()).isEqualTo(loud.statistics().processed());
        if (silent instanceof Verdict.Rejected a && loud instanceof Verdict.Rejected b) {
            assertThat(a.message()).isEqualTo(b.message());
            assertThat(a.explanation()).isNotEmpty();
        }
    }

    private static Verdict verify(Sample sample, int level) {
        ProgramSpec program = sample.program();
        return Verifier.verify(
                program, Linux618.with(SampleTypes.kernel()), VerifierOptions.DEFAULT.withLogLevel(level));
    }

    private static long crc(String log) {
        CRC32 crc = new CRC32();
        crc.update(Sample.normalised(log).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
