package dev.skep.runtime.interp;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;

/** {@code bpf_tail_call}: the program to go on with, in the same frame. */
final class TailCall {
    private TailCall() {}

    /** Null, with R0 negative, when there is none or the limit of 33 is met. R1 stays the context. */
    static DecodedProgram target(RunContext cx, long[] r) {
        LoadedProgram program = cx.tailCall(r[2], r[3]);
        if (program == null) {
            r[0] = -1;
            return null;
        }
        return program.interpreter().decoded();
    }
}
