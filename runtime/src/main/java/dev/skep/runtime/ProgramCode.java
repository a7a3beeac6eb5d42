package dev.skep.runtime;

/**
 * A program in the form that an engine runs. Shared by all threads; what a run changes is in its {@link RunContext}.
 */
public interface ProgramCode {
    /** Runs the main program with R1 = {@code context}; returns R0. */
    long run(RunContext cx, long context);

    /** Runs the subprogram that starts at slot {@code entry} in a frame above the current one; returns R0. */
    long call(RunContext cx, int entry, long r1, long r2, long r3, long r4, long r5);
}
