package dev.skep.kernel.program;

import dev.skep.object.spec.ProgramSpec;

/**
 * A program that nothing was proved of. The slab's bounds check still holds; termination does not. For the conformance
 * plugin and engine tests.
 */
public record UnverifiedProgram(ProgramSpec spec) implements ExecutableProgram {
    @Override
    public ProgramFacts facts() {
        return ProgramFacts.NONE;
    }
}
