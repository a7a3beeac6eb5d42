package dev.skep.kernel.program;

import dev.skep.object.spec.ProgramSpec;

/**
 * What an engine runs: a {@link VerifiedProgram}, or, by explicit request, an {@link UnverifiedProgram} that only the
 * slab guards.
 */
public sealed interface ExecutableProgram permits VerifiedProgram, UnverifiedProgram {
    ProgramSpec spec();

    /** What was proved; {@link ProgramFacts#NONE} for an unverified program. */
    ProgramFacts facts();
}
