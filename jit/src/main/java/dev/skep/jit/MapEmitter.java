package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.skep.object.uapi.MapType;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HashMap;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Helpers on maps that are the same on every path: array lookups as arithmetic, the others as calls of the map's own
 * methods. Each method says whether it did it.
 */
final class MapEmitter {
    private static final int LOOKUP = 1;
    private static final int UPDATE = 2;
    private static final int DELETE = 3;
    private static final int PUSH = 87;
    private static final int POP = 88;
    private static final int PEEK = 89;

    private static final MethodTypeDesc ARRAY_LOOKUP =
            MethodTypeDesc.of(CD_long, Names.SEGMENT, CD_long, CD_int, CD_int, CD_long);
    private static final MethodTypeDesc PER_CPU_LOOKUP =
            MethodTypeDesc.of(CD_long, Names.CONTEXT, Names.SEGMENT, CD_long, CD_int, CD_int, CD_long, CD_long);
    private static final MethodTypeDesc HASH_LOOKUP =
            MethodTypeDesc.of(CD_long, Names.SEGMENT, CD_long, CD_int, CD_int, CD_int, CD_int, CD_long);
    private static final MethodTypeDesc KEY_AND_CPU = MethodTypeDesc.of(CD_long, CD_long, CD_int);
    private static final MethodTypeDesc KEY_VALUE_FLAGS_CPU =
            MethodTypeDesc.of(CD_long, CD_long, CD_long, CD_long, CD_int);

    private MapEmitter() {}

    /** The call of a helper. */
    static boolean call(Emission e, int insn, int helper) {
        if (!e.does(Optimisation.CONSTANT_MAPS)) {
            return false;
        }
        if (RingCalls.emit(e, insn, helper)) {
            return true;
        }
        BpfMap map = mapAt(e, insn);
        if (map == null || !(helper == LOOKUP ? lookup(e, map) : change(e, map, helper))) {
            return false;
        }
        e.store(0);
        return true;
    }

    /** The one map that a call names, or null. */
    static BpfMap mapAt(Emission e, int insn) {
        int index = e.flow.facts.mapAtCall(insn);
        return index < 0 || index >= e.program.maps().size()
                ? null
                : e.program.maps().get(index);
    }

    private static boolean lookup(Emission e, BpfMap map) {
        CodeBuilder b = e.b;
        switch (map) {
            case ArrayMap a
            when a.isPerCpu() -> {
                b.aload(Locals.CONTEXT);
                e.memory();
                b.loadConstant(a.base())
                        .loadConstant(a.stride())
                        .loadConstant(a.maxEntries())
                        .loadConstant(a.cpuStride());
                e.load(2);
                b.invokestatic(Names.INLINES, "perCpuLookup", PER_CPU_LOOKUP);
            }
            case ArrayMap a -> {
                e.memory();
                b.loadConstant(a.base()).loadConstant(a.stride()).loadConstant(a.maxEntries());
                e.load(2);
                b.invokestatic(Names.INLINES, "arrayLookup", ARRAY_LOOKUP);
            }
            case HashMap h
            when h.type() == MapType.HASH -> {
                e.memory();
                b.loadConstant(h.buckets())
                        .loadConstant(h.mask())
                        .loadConstant(h.seed())
                        .loadConstant(h.keySize());
                b.loadConstant(h.valueOffset());
                e.load(2);
                b.invokestatic(Names.INLINES, "hashLookup", HASH_LOOKUP);
            }
            default -> {
                receiver(e, map);
                e.load(2);
                cpu(b);
                b.invokevirtual(Names.of(map.getClass()), "lookup", KEY_AND_CPU);
            }
        }
        return true;
    }

    private static boolean change(Emission e, BpfMap map, int helper) {
        CodeBuilder b = e.b;
        ClassDesc type = Names.of(map.getClass());
        int last = switch (helper) {
            case UPDATE -> 4;
            case PUSH -> 3;
            case DELETE, POP, PEEK -> 2;
            default -> 0;
        };
        if (last == 0) {
            return false;
        }
        receiver(e, map);
        for (int r = 2; r <= last; r++) {
            e.load(r);
        }
        switch (helper) {
            case UPDATE -> {
                cpu(b);
                b.invokevirtual(type, "update", KEY_VALUE_FLAGS_CPU);
            }
            case DELETE -> b.invokevirtual(type, "delete", Names.LONG_TO_LONG);
            case PUSH -> b.invokevirtual(type, "push", Names.TWO_LONGS);
            case POP -> b.invokevirtual(type, "pop", Names.LONG_TO_LONG);
            default -> b.invokevirtual(type, "peek", Names.LONG_TO_LONG);
        }
        return true;
    }

    private static void receiver(Emission e, BpfMap map) {
        e.constants.load(e.b, e.owner, map, map.getClass());
    }

    private static void cpu(CodeBuilder b) {
        b.aload(Locals.CONTEXT);
        b.invokevirtual(Names.CONTEXT, "cpu", MethodTypeDesc.of(CD_int));
    }
}
