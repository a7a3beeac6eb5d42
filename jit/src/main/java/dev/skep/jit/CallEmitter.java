package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.skep.object.isa.Instruction;
import dev.skep.runtime.helper.HelperEntry;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HashMap;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Modifier;

/** Calls: helpers and kernel functions as direct static calls, lookups in known maps inline, subprograms as methods, tail calls left pending. */
final class CallEmitter {
    private static final int MAP_LOOKUP = 1;
    private static final int TAIL_CALL = 12;
    private static final MethodTypeDesc ARRAY_LOOKUP =
            MethodTypeDesc.of(CD_long, Names.SEGMENT, CD_long, CD_int, CD_int, CD_long);
    private static final MethodTypeDesc PER_CPU_LOOKUP = MethodTypeDesc.of(
            CD_long, Names.CONTEXT, Names.SEGMENT, CD_long, CD_int, CD_int, CD_long, CD_long);
    private static final MethodTypeDesc MAP_LOOKUP_METHOD = MethodTypeDesc.of(CD_long, CD_long, CD_int);
    private static final MethodTypeDesc DO_TAIL_CALL =
            MethodTypeDesc.of(CD_boolean, Names.CONTEXT, CD_long, CD_long, CD_long);

    private CallEmitter() {}

    static void call(Emission e, int insn, Instruction.Call c) {
        switch (c.kind()) {
            case SUBPROGRAM -> subprogram(e, insn + 1 + c.imm());
            case HELPER -> {
                if (c.imm() == TAIL_CALL) {
                    tailCall(e);
                } else if ((c.imm() != MAP_LOOKUP || !lookup(e, insn)) && !RingCalls.emit(e, insn, c.imm())) {
                    function(e, insn);
                }
            }
            case KFUNC -> function(e, insn);
            case UNKNOWN -> MethodEmitter.undefined(e, insn);
        }
    }

    /** A lookup in a map that is the same on every path; false when it is not, or not of a kind that pays. */
    private static boolean lookup(Emission e, int insn) {
        int index = e.flow.facts.mapAtCall(insn);
        if (index < 0 || index >= e.program.maps().size()) {
            return false;
        }
        BpfMap map = e.program.maps().get(index);
        CodeBuilder b = e.b;
        switch (map) {
            case ArrayMap a when a.isPerCpu() -> {
                b.aload(Locals.CONTEXT);
                e.memory();
                b.loadConstant(a.base()).loadConstant(a.stride()).loadConstant(a.maxEntries()).loadConstant(a.cpuStride());
                e.load(2);
                b.invokestatic(Names.INLINES, "perCpuLookup", PER_CPU_LOOKUP);
            }
            case ArrayMap a -> {
                e.memory();
                b.loadConstant(a.base()).loadConstant(a.stride()).loadConstant(a.maxEntries());
                e.load(2);
                b.invokestatic(Names.INLINES, "arrayLookup", ARRAY_LOOKUP);
            }
            case HashMap h -> {
                e.constants.load(b, e.owner, h, HashMap.class);
                e.load(2);
                b.aload(Locals.CONTEXT);
                b.invokevirtual(Names.CONTEXT, "cpu", MethodTypeDesc.of(CD_int));
                b.invokevirtual(Names.of(HashMap.class), "lookup", MAP_LOOKUP_METHOD);
            }
            default -> {
                return false;
            }
        }
        e.store(0);
        return true;
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
        if (e.program.spec().maps().stream().anyMatch(m -> m.type() == dev.skep.object.uapi.MapType.PROG_ARRAY)) {
            b.aload(Locals.CONTEXT);
            e.load(0);
            b.invokestatic(Names.COMPILED, "finish", MethodTypeDesc.of(CD_long, Names.CONTEXT, CD_long));
            e.store(0);
        }
        b.aload(Locals.CONTEXT);
        e.load(10);
        b.invokevirtual(Names.CONTEXT, "leaveFrame", Names.TAKE_LONG);
    }

    private static void tailCall(Emission e) {
        CodeBuilder b = e.b;
        Label failed = b.newLabel();
        b.aload(Locals.CONTEXT);
        e.load(1);
        e.load(2);
        e.load(3);
        b.invokestatic(Names.COMPILED, "tailCall", DO_TAIL_CALL);
        b.ifeq(failed);
        e.exit();
        b.labelBinding(failed);
        b.loadConstant(-1L);
        e.store(0);
    }
}
