package dev.skep.conformance.rules;

import dev.skep.object.spec.ProgramSpec;

/**
 * One small program and what both verifiers must say of it.
 *
 * @param name what the program does
 * @param program assembled for the running kernel
 * @param linux {@code accept}, or the last line of Linux's log
 * @param skep likewise; equal to {@code linux} but for programs that Skep refuses on purpose
 * @param why why Skep refuses what Linux accepts; "" where both agree
 */
public record Rule(String name, ProgramSpec program, String linux, String skep, String why) {
    public static final String ACCEPT = "accept";

    /** Linux accepts, Skep refuses. */
    public boolean stricter() {
        return linux.equals(ACCEPT) && !skep.equals(ACCEPT);
    }

    @Override
    public String toString() {
        return name;
    }
}
