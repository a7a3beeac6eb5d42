package dev.skep.conformance;

import dev.skep.linux.LinuxKernel;

/** Picks a judge by name. */
final class Judges {
    private Judges() {}

    /**
     * @param name {@code skep} or {@code linux}
     * @throws IllegalArgumentException for another name, or when the kernel cannot be asked
     */
    static Judge named(String name) {
        return switch (name) {
            case "skep" -> new SkepJudge();
            case "linux" -> {
                if (!LinuxKernel.available().yes()) {
                    throw new IllegalArgumentException(LinuxKernel.available().reason());
                }
                yield new LinuxJudge();
            }
            default -> throw new IllegalArgumentException("judge must be skep or linux: judge=" + name);
        };
    }
}
