package dev.skep.conformance.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.conformance.Samples;
import dev.skep.linux.LinuxKernel;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both verifiers say what {@code rules.txt} says. An entry that Linux no longer accepts, or that Skep accepts now,
 * fails until it is taken off the list. The programs name kernel functions by the running kernel's types, and so need
 * its {@code bpf(2)}.
 */
class RulesTest {
    @BeforeAll
    static void needsTheKernel() {
        assumeTrue(
                LinuxKernel.available().yes() && LinuxKernel.release().startsWith("6.18"),
                "rules are not checked: Linux 6.18 does not answer bpf(2) here");
    }

    static List<Rule> rules() {
        return LinuxKernel.available().yes() && LinuxKernel.release().startsWith("6.18")
                ? RuleFile.read(Samples.kernel())
                : List.of();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("rules")
    void bothSayWhatTheListSays(Rule rule) {
        RuleCheck said = RuleCheck.of(rule, Samples.kernel());
        assertThat(said.linux()).as("Linux on: %s", rule.name()).isEqualTo(rule.linux());
        assertThat(said.skep()).as("Skep on: %s", rule.name()).isEqualTo(rule.skep());
    }

    @Test
    void whereTheyDifferSkepIsTheStricterAndSaysWhy() {
        for (Rule rule : rules()) {
            if (!rule.linux().equals(rule.skep())) {
                assertThat(rule.stricter()).as(rule.name()).isTrue();
                assertThat(rule.why()).as(rule.name()).isNotBlank();
            }
        }
    }
}
