package dev.skep.conformance.random;

import dev.skep.object.spec.ProgramSpec;
import java.util.List;

/** Programs that share maps and types, so that the kernel makes those once. */
public record Batch(List<ProgramSpec> programs) {
    /** Makes a batch from a seed; safe for many threads. */
    public interface Source {
        Batch make(long seed);
    }
}
