package dev.skep.runtime.map;

import dev.skep.runtime.LoadedProgram;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The first slots of a program array as the programs themselves, so that a tail call needs no look-up by id. A record,
 * so that generated code which holds one as a constant has the array as a constant, too.
 *
 * @param programs by slot, null where there is none
 */
public record ProgramSlots(LoadedProgram[] programs) {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(LoadedProgram[].class);

    /** True when the slot is one of these. */
    public boolean has(long index) {
        return index >= 0 && index < programs.length;
    }

    /** The program in a slot, or null. */
    public LoadedProgram get(long index) {
        return has(index) ? (LoadedProgram) SLOT.getAcquire(programs, (int) index) : null;
    }

    void set(int index, LoadedProgram program) {
        SLOT.setRelease(programs, index, program);
    }
}
