package dev.skep.verifier;

import java.util.Set;

/**
 * How to verify.
 *
 * @param logLevel bits as the kernel has them: 1 the failing path, 2 everything, 4 statistics; 0 no log
 * @param privilege what the loader may do
 * @param features names of Skep's own extensions that are switched on: {@code malloc-dynptr}, {@code stack-dynptr}
 * @param maxInstructions limit on processed instructions, 1,000,000 in Linux
 * @param strictAlignment treat every access as on a machine without unaligned loads
 */
public record VerifierOptions(
        int logLevel, Privilege privilege, Set<String> features, int maxInstructions, boolean strictAlignment) {
    /** Root, no log. */
    public static final VerifierOptions DEFAULT = new VerifierOptions(0, Privilege.FULL, Set.of(), 1_000_000, false);

    /** The loader's capabilities. */
    public enum Privilege {
        /** CAP_BPF, CAP_PERFMON and the rest. */
        FULL,
        /** CAP_BPF without CAP_PERFMON. */
        BPF,
        /** None. */
        NONE
    }

    public VerifierOptions withLogLevel(int level) {
        return new VerifierOptions(level, privilege, features, maxInstructions, strictAlignment);
    }

    public VerifierOptions withPrivilege(Privilege p) {
        return new VerifierOptions(logLevel, p, features, maxInstructions, strictAlignment);
    }

    public VerifierOptions withFeatures(Set<String> names) {
        return new VerifierOptions(logLevel, privilege, Set.copyOf(names), maxInstructions, strictAlignment);
    }
}
