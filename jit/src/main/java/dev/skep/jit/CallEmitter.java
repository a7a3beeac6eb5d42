package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.object.isa.Instruction;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.helper.HelperEntry;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.ProgramSlots;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Modifier;

/**
 * Calls: helpers and kernel functions as direct static calls, subprograms as methods, tail calls to known program
 * arrays in place.
 */
final class CallEmitter {
    private static final int TAIL_CALL = 12;
    private static final MethodTypeDesc DO_TAIL_CALL =
            MethodTypeDesc.of(CD_boolean, Names.CONTEXT, CD_long, CD_long, CD_long);
    private static final MethodTypeDesc TAIL_TARGET = MethodTypeDesc.of(
            Names.COMPILED, Names.CONTEXT, Names.of(ProgramSlots.class), CD_long, CD_long, CD_boolean);
    private static final int TARGET = Locals.SCRATCH;

    private CallEmitter() {}

    static void call(Emission e, int insn, Instruction.Call c) {
        switch (c.kind()) {
            case SUBPROGRAM -> subprogram(e, insn + 1 + c.imm());
            case HELPER -> {
                if (c.imm() == TAIL_CALL) {
                    tailCall(e, insn);
                } else if (!LoopEmitter.call(e, insn, c.imm())
                        && !MapEmitter.call(e, insn, c.imm())
                        && !DynptrEmitter.call(e, c)) {
                    function(e, insn);
                }
            }
            case KFUNC -> {
                if (!DynptrEmitter.call(e, c)) {
                    function(e, insn);
                }
                if (e.program.yieldsInt(insn)) {
                    e.load(0);
                    e.b.loadConstant(0xffff_ffffL).land();
                    e.store(0);
                }
            }
            case UNKNOWN -> MethodEmitter.undefined(e, insn);
        }
    }

    private static void function(Emission e, int insn) {
        HelperEntry entry = e.program.callee(insn);
        CodeBuilder b = e.b;
        boolean direct = entry != null && entry.owner() != null && isCallable(entry);
        if (!direct) {
            e.constants.load(b, e.owner, e.program.function(insn), HelperFunction.class);
        }
        b.aload(Locals.CONTEXT);
        for (int r = 1; r <= 5; r++) {
            e.load(r);
        }
        if (direct) {
            b.invokestatic(Names.of(entry.owner()), entry.method(), Names.HELPER);
        } else {
            b.invokeinterface(Names.of(HelperFunction.class), "call", Names.HELPER);
        }
        e.store(0);
    }

    private static boolean isCallable(HelperEntry entry) {
        if (!Modifier.isPublic(entry.owner().getModifiers())) {
            return false;
        }
        try {
            Class<?> l = long.class;
            return Modifier.isPublic(entry.owner()
                    .getMethod(entry.method(), dev.skep.runtime.RunContext.class, l, l, l, l, l)
                    .getModifiers());
        } catch (NoSuchMethodException _) {
            return false;
        }
    }

    private static void subprogram(Emission e, int entry) {
        CodeBuilder b = e.b;
        b.aload(Locals.CONTEXT);
        for (int r = 1; r <= 5; r++) {
            e.load(r);
        }
        b.aload(Locals.CONTEXT);
        b.invokevirtual(Names.CONTEXT, "enterFrame", Names.GET_LONG);
        b.invokestatic(e.owner, MethodEmitter.name(entry), Names.SUBPROGRAM);
        e.store(0);
        if (e.hasTailCalls()) {
            b.aload(Locals.CONTEXT);
            e.load(0);
            b.invokestatic(Names.COMPILED, "finish", MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_long));
            e.store(0);
            b.aload(Locals.CONTEXT);
            e.constants.load(b, e.owner, e.program, LoadedProgram.class);
            b.invokevirtual(Names.CONTEXT, "current", MethodTypeDesc.of(CD_void, Names.PROGRAM));
        }
        b.aload(Locals.CONTEXT);
        e.load(10);
        b.invokevirtual(Names.CONTEXT, "leaveFrame", Names.TAKE_LONG);
    }

    private static void tailCall(Emission e, int insn) {
        CodeBuilder b = e.b;
        Label failed = b.newLabel();
        b.aload(Locals.CONTEXT);
        ProgramSlots slots =
                e.does(Optimisation.DIRECT_TAIL_CALLS) && MapEmitter.mapAt(e, insn) instanceof HandleArrayMap map
                        ? map.slots()
                        : null;
        if (slots != null) {
            e.constants.load(b, e.owner, slots, ProgramSlots.class);
            e.load(3);
            e.load(1);
            b.loadConstant(e.ticking ? 1 : 0);
            b.invokestatic(Names.COMPILED, "tailTarget", TAIL_TARGET);
            b.astore(TARGET).aload(TARGET).ifnull(failed);
            b.aload(TARGET).aload(Locals.CONTEXT);
            e.load(1);
            e.load(10);
            b.invokevirtual(Names.COMPILED, "main", Jit.MAIN);
            e.store(0);
        } else {
            e.load(1);
            e.load(2);
            e.load(3);
            b.invokestatic(Names.COMPILED, "tailCall", DO_TAIL_CALL);
            b.ifeq(failed);
        }
        e.exit();
        b.labelBinding(failed);
        b.loadConstant(-1L);
        e.store(0);
    }
}
