package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.runtime.Errno;
import dev.skep.runtime.helper.LoopHelpers;
import dev.skep.runtime.map.ArrayMap;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;

/**
 * Helpers that call a known subprogram again and again, as a loop in place: {@code bpf_loop}, and {@code
 * bpf_for_each_map_elem} over an array. The callback's frame is entered once for all rounds.
 */
final class LoopEmitter {
    private static final int LOOP = 181;
    private static final int FOR_EACH = 164;
    private static final long MAX_LOOPS = 8L << 20;

    private static final int ROUNDS = Locals.SCRATCH;
    private static final int INDEX = Locals.SCRATCH + 2;
    private static final int FRAME = Locals.SCRATCH + 4;
    private static final int RESULT = Locals.SCRATCH + 6;

    private LoopEmitter() {}

    /** Emits the call; false when it is not of these or its callback is not known. */
    static boolean call(Emission e, int insn, int helper) {
        int callback = e.flow.facts.callbackAtCall(insn);
        if (!e.does(Optimisation.LOOPS_IN_PLACE) || callback < 0 || !e.flow.reached.get(callback) || e.hasTailCalls()) {
            return false;
        }
        if (helper == LOOP) {
            loop(e, callback);
            return true;
        }
        if (helper == FOR_EACH && MapEmitter.mapAt(e, insn) instanceof ArrayMap map && !map.isPerCpu()) {
            forEach(e, map, callback);
            return true;
        }
        return false;
    }

    private static void loop(Emission e, int callback) {
        CodeBuilder b = e.b;
        Label done = b.newLabel();
        refuse(e, 4, done);
        Label within = b.newLabel();
        e.load(1);
        b.lstore(ROUNDS);
        b.lload(ROUNDS)
                .loadConstant(MAX_LOOPS)
                .invokestatic(Names.LONG, "compareUnsigned", Names.COMPARE_LONGS)
                .ifle(within);
        answer(e, LoopHelpers.TOO_MANY, done);
        b.labelBinding(within);
        enter(e, FRAME);
        rounds(e, () -> {
            b.aload(Locals.CONTEXT).lload(INDEX);
            e.load(3);
            b.loadConstant(0L).loadConstant(0L).loadConstant(0L).lload(FRAME);
            b.invokestatic(e.owner, MethodEmitter.name(callback), Names.SUBPROGRAM);
        });
        b.labelBinding(done);
    }

    private static void forEach(Emission e, ArrayMap map, int callback) {
        CodeBuilder b = e.b;
        Label done = b.newLabel();
        refuse(e, 4, done);
        b.loadConstant(Integer.toUnsignedLong(map.maxEntries())).lstore(ROUNDS);
        enter(e, FRAME);
        b.aload(Locals.CONTEXT)
                .invokevirtual(Names.CONTEXT, "enterFrame", Names.GET_LONG)
                .pop2();
        rounds(e, () -> {
            e.memory();
            b.getstatic(Names.LAYOUTS, "I32", Names.OF_INT);
            b.lload(FRAME).loadConstant(-8 - Emission.BIAS).ladd();
            b.lload(INDEX).l2i();
            b.invokeinterface(Names.SEGMENT, "set", MethodTypeDesc.of(CD_void, Names.OF_INT, CD_long, CD_int));
            b.aload(Locals.CONTEXT).loadConstant(map.address());
            b.lload(FRAME).loadConstant(-8L).ladd();
            b.lload(INDEX)
                    .loadConstant((long) map.stride())
                    .lmul()
                    .loadConstant(map.base())
                    .ladd();
            e.load(3);
            b.loadConstant(0L);
            b.lload(FRAME)
                    .loadConstant((long) dev.skep.runtime.RunContext.FRAME_BYTES)
                    .ladd();
            b.invokestatic(e.owner, MethodEmitter.name(callback), Names.SUBPROGRAM);
        });
        b.labelBinding(done);
    }

    /** Flags must be 0. */
    private static void refuse(Emission e, int flags, Label done) {
        Label fine = e.b.newLabel();
        e.load(flags);
        e.b.loadConstant(0L).lcmp().ifeq(fine);
        answer(e, -Errno.EINVAL, done);
        e.b.labelBinding(fine);
    }

    private static void answer(Emission e, long r0, Label done) {
        e.b.loadConstant(r0);
        e.store(0);
        e.b.goto_(done);
    }

    private static void enter(Emission e, int local) {
        e.b.aload(Locals.CONTEXT)
                .invokevirtual(Names.CONTEXT, "enterFrame", Names.GET_LONG)
                .lstore(local);
    }

    /** Calls until the callback answers other than 0 or the rounds are over; R0 is the number of calls. */
    private static void rounds(Emission e, Runnable call) {
        CodeBuilder b = e.b;
        Label next = b.newLabel();
        Label over = b.newLabel();
        b.loadConstant(0L).lstore(INDEX);
        b.labelBinding(next);
        b.lload(INDEX).lload(ROUNDS).lcmp().ifge(over);
        if (e.ticking) {
            b.aload(Locals.CONTEXT).invokevirtual(Names.CONTEXT, "tick", Names.VOID);
        }
        call.run();
        b.lstore(RESULT);
        b.lload(INDEX).loadConstant(1L).ladd().lstore(INDEX);
        b.lload(RESULT).loadConstant(0L).lcmp().ifeq(next);
        b.labelBinding(over);
        b.lload(INDEX);
        e.store(0);
        b.aload(Locals.CONTEXT);
        e.load(10);
        b.invokevirtual(Names.CONTEXT, "leaveFrame", Names.TAKE_LONG);
    }
}
