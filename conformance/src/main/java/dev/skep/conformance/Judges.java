package dev.skep.conformance;

import dev.skep.linux.LinuxKernel;
import dev.skep.verifier.VerifierOptions.Privilege;

/** Picks a judge by name. */
final class Judges {
    private Judges() {}

    /** The judge of this name, for a loader with all capabilities. */
    static Judge named(String name) {
        return named(name, false);
    }

    /**
     * @param unprivileged judge as for a loader without any capability
     * @param name {@code skep} or {@code linux}
     * @throws IllegalArgumentException for another name, or when the kernel cannot be asked
     */
    static Judge named(String name, boolean unprivileged) {
        return switch (name) {
            case "skep" -> new SkepJudge(unprivileged ? Privilege.NONE : Privilege.FULL);
            case "linux" -> {
                if (!LinuxKernel.available().yes()) {
                    throw new IllegalArgumentException(LinuxKernel.available().reason());
                }
                yield new LinuxJudge(unprivileged);
            }
            default -> throw new IllegalArgumentException("judge must be skep or linux: judge=" + name);
        };
    }
}
