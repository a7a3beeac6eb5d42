/**
 * Passes over the program before and after the walk, none of which knows register contents: subprograms, opcodes,
 * control flow, loops,
 * liveness, stack depth. {@link dev.skep.verifier.cfg.ProgramLayout} runs them in order and holds what they found.
 */
package dev.skep.verifier.cfg;
