package dev.skep.verifier.cfg;

import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.Set;

/**
 * Helpers that every program type has, but only for loaders with capabilities.
 *
 * <p><em>Source</em>: Linux 6.18, observed with CAP_PERFMON and CAP_BPF dropped.
 */
public final class HelperPrivileges {
    /**
     * Helpers that read or print kernel or user memory, read counters, signal, or turn sockets into kernel objects:
     * CAP_PERFMON.
     */
    private static final Set<Integer> PERFMON = Set.of(
            6, 16, 22, 35, 55, 109, 112, 113, 114, 115, 117, 136, 137, 138, 139, 140, 141, 148, 149, 158, 165, 166, 175,
            176, 177, 178, 180, 191, 196);

    /** Locks, timers, callbacks, dynptrs, per-CPU variables and cgroup storage: CAP_BPF. */
    private static final Set<Integer> BPF = Set.of(
            17, 37, 80, 93, 94, 118, 123, 153, 154, 156, 157, 164, 169, 170, 171, 172, 181, 194, 197, 198, 199, 200,
            201, 202, 203, 209, 210, 211);

    private HelperPrivileges() {}

    /** True when a loader with this privilege may not use the helper. */
    public static boolean forbid(int helper, Privilege privilege) {
        return switch (privilege) {
            case FULL -> false;
            case BPF -> PERFMON.contains(helper);
            case NONE -> PERFMON.contains(helper) || BPF.contains(helper);
        };
    }
}
