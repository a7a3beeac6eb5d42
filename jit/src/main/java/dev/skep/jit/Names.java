package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.interp.ArenaStep;
import dev.skep.runtime.interp.AtomicStep;
import dev.skep.runtime.interp.Operations;
import dev.skep.runtime.interp.PacketLoad;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Descriptors that emitters share. */
final class Names {
    static final ClassDesc CONTEXT = of(RunContext.class);
    static final ClassDesc PROGRAM = of(LoadedProgram.class);
    static final ClassDesc SEGMENT = of(MemorySegment.class);
    static final ClassDesc VAR_HANDLE = of(VarHandle.class);
    static final ClassDesc OPERATIONS = of(Operations.class);
    static final ClassDesc ATOMIC = of(AtomicStep.class);
    static final ClassDesc ARENA = of(ArenaStep.class);
    static final ClassDesc PACKET = of(PacketLoad.class);
    static final ClassDesc COMPILED = of(CompiledProgram.class);
    static final ClassDesc LAYOUTS = of(Layouts.class);
    static final ClassDesc INLINES = of(Inlines.class);
    static final ClassDesc LONG = of(Long.class);
    static final ClassDesc INTEGER = of(Integer.class);
    static final ClassDesc OF_INT = ClassDesc.of(ValueLayout.class.getName() + "$OfInt");

    /** A subprogram's method: context, R1 to R5, the frame; R0. */
    static final MethodTypeDesc SUBPROGRAM =
            MethodTypeDesc.of(CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);
    /** A chunk's method: context, register file, where to enter; where to go on, or -1 at the end. */
    static final MethodTypeDesc CHUNK = MethodTypeDesc.of(CD_int, CONTEXT, CD_long.arrayType(), CD_int);

    static final MethodTypeDesc HELPER =
            MethodTypeDesc.of(CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long, CD_long);
    static final MethodTypeDesc LOCATED =
            MethodTypeDesc.of(of(RuntimeException.class), of(RuntimeException.class), of(String.class), CD_int);
    static final MethodTypeDesc LONG_TO_LONG = MethodTypeDesc.of(CD_long, CD_long);
    static final MethodTypeDesc TWO_LONGS = MethodTypeDesc.of(CD_long, CD_long, CD_long);
    static final MethodTypeDesc COMPARE_LONGS = MethodTypeDesc.of(CD_int, CD_long, CD_long);
    static final MethodTypeDesc COMPARE_INTS = MethodTypeDesc.of(CD_int, CD_int, CD_int);
    static final MethodTypeDesc GET_LONG = MethodTypeDesc.of(CD_long);
    static final MethodTypeDesc TAKE_LONG = MethodTypeDesc.of(CD_void, CD_long);
    static final MethodTypeDesc VOID = MethodTypeDesc.of(CD_void);
    static final MethodTypeDesc GET_BOOLEAN = MethodTypeDesc.of(CD_boolean);

    private Names() {}

    static ClassDesc of(Class<?> c) {
        return c.describeConstable().orElseThrow();
    }
}
