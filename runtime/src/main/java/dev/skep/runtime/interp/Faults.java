package dev.skep.runtime.interp;

import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.memory.MemoryFault;

/** What the slab's own checks throw, as faults of the program. For both engines. */
public final class Faults {
    private Faults() {}

    /**
     * The fault behind an exception of a slab access.
     *
     * @param cause an {@link IndexOutOfBoundsException}, a misaligned atomic access's {@link IllegalArgumentException},
     *     or the {@link IllegalStateException} of a closed slab
     */
    public static ProgramFault memory(RuntimeException cause) {
        return switch (cause) {
            case IllegalArgumentException e -> new MemoryFault("atomic access must be aligned: " + e.getMessage(), e);
            case IllegalStateException e -> new MemoryFault("machine must be open: " + e.getMessage(), e);
            default -> new MemoryFault("address must be in program memory: " + cause.getMessage(), cause);
        };
    }
}
