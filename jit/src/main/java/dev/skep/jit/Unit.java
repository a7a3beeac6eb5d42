package dev.skep.jit;

import dev.skep.runtime.LoadedProgram;
import java.lang.constant.ClassDesc;

/**
 * One class being generated: the program and what all its methods share.
 *
 * @param ticking backward jumps are counted
 */
record Unit(
        LoadedProgram program,
        Flow flow,
        ClassDesc owner,
        ClassConstants constants,
        boolean ticking,
        JitOptions options) {
    boolean does(Optimisation one) {
        return options.does(one);
    }
}
