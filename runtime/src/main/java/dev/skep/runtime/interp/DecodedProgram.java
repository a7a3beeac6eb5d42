package dev.skep.runtime.interp;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.helper.HelperFunction;

/** A program as the interpreter reads it: one word and one immediate per slot. Shared by all runs. */
final class DecodedProgram {
    final LoadedProgram program;
    final long[] code;
    final long[] imm;
    final HelperFunction[] calls;

    DecodedProgram(LoadedProgram program, long[] code, long[] imm, HelperFunction[] calls) {
        this.program = program;
        this.code = code;
        this.imm = imm;
        this.calls = calls;
    }
}
