package dev.skep.conformance.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.conformance.Samples;
import dev.skep.conformance.random.Finding.Kind;
import dev.skep.conformance.rules.Rule;
import dev.skep.conformance.rules.RuleFile;
import dev.skep.linux.LinuxKernel;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A small part of {@code Conformance random}, the same programs each time. */
class RandomProgramsTest {
    @BeforeAll
    static void needsTheKernel() {
        assumeTrue(
                LinuxKernel.available().yes() && LinuxKernel.release().startsWith("6.18"),
                "random programs are not compared: Linux 6.18 does not answer bpf(2) here");
    }

    @Test
    void generatedProgramsAreNeverAcceptedAgainstTheKernel() throws Exception {
        compare("generated", 160);
    }

    @Test
    void mutatedSelftestsAreNeverAcceptedAgainstTheKernel() throws Exception {
        assumeTrue(
                Samples.find().isPresent(),
                "mutated selftests are not compared: there is no corpus (conformance/corpus.sh)");
        compare("corpus", 130);
    }

    private static void compare(String source, int count) throws IOException, InterruptedException {
        List<Finding> findings = new CopyOnWriteArrayList<>();
        RandomRun run = new RandomRun(
                Sources.named(source, Privilege.FULL), Samples.kernel(), Privilege.FULL, false, findings::add);
        run.run(2026, count, 2);
        assertThat(run.total()).as("programs judged").isGreaterThan(100);
        assertThat(run.accepted()).as("accepted by Linux, of %d", run.total()).isGreaterThan(run.total() / 4);
        assertThat(of(findings, Kind.FALSE_ACCEPT)).isEmpty();
        assertThat(of(findings, Kind.INTERNAL)).isEmpty();
        Set<String> stricter = RuleFile.read(Samples.kernel()).stream()
                .filter(Rule::stricter)
                .map(r -> withoutKind(r.skep()))
                .collect(Collectors.toSet());
        assertThat(findings.stream()
                        .filter(f -> f.kind() == Kind.FALSE_REJECT && !stricter.contains(withoutKind(f.skep())))
                        .map(Finding::line))
                .isEmpty();
    }

    /** A rule on one kind of iterator stands for all. */
    private static String withoutKind(String message) {
        return message.replaceAll("iter_\\w+", "iter");
    }

    private static List<String> of(List<Finding> findings, Kind kind) {
        return findings.stream()
                .filter(f -> f.kind() == kind)
                .map(Finding::line)
                .toList();
    }
}
