package dev.skep.runtime;

/**
 * {@code bpf_throw} on its way out of a run. The cookie is in the {@link RunContext}. Never leaves {@link
 * LoadedProgram#run}.
 */
final class ProgramThrow extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final ProgramThrow INSTANCE = new ProgramThrow();

    private ProgramThrow() {
        super("bpf_throw", null, false, false);
    }
}
