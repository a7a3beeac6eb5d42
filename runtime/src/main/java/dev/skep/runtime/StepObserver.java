package dev.skep.runtime;

/**
 * Sees what the interpreter is about to do, for those who check the verifier or trace a program. Generated code shows
 * nothing.
 */
@FunctionalInterface
public interface StepObserver {
    /**
     * Called before each instruction.
     *
     * @param insn slot index
     * @param registers R0 to R10, to be read only; valid during the call
     */
    void before(RunContext cx, LoadedProgram program, int insn, long[] registers);
}
