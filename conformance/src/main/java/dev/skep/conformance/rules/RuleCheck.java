package dev.skep.conformance.rules;

import dev.skep.conformance.Judgement;
import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;

/**
 * Asks both verifiers about a {@link Rule}.
 *
 * @param skep {@code accept} or the last line of the log
 * @param linux likewise; {@code none: } and a reason when the kernel gave no verdict
 */
public record RuleCheck(String skep, String linux) {
    private static final int LOG_BYTES = 1 << 20;

    /** Needs a kernel that answers. */
    public static RuleCheck of(Rule rule, KernelModel kernel) {
        LinuxVerdict linux = LinuxLoader.judge(rule.program(), new LoadOptions(1, LOG_BYTES, false));
        return new RuleCheck(
                skep(rule, kernel),
                switch (linux.outcome()) {
                    case ACCEPT -> Rule.ACCEPT;
                    case REJECT -> Judgement.lastLine(linux.log());
                    case NONE -> "none: " + linux.problem();
                });
    }

    /** Skep's word alone. */
    public static String skep(Rule rule, KernelModel kernel) {
        return switch (Verifier.verify(rule.program(), kernel, VerifierOptions.DEFAULT.withLogLevel(1))) {
            case Verdict.Accepted _ -> Rule.ACCEPT;
            case Verdict.Rejected r -> Judgement.lastLine(r.log());
        };
    }
}
