package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.skep.runtime.helper.RingHelpers;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.HandleHashMap;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.ring.RingProducer;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Ring-buffer helpers on a ring that is known when code is generated, which becomes a constant. The ring is known where
 * the call names it on every path; at a submit or discard, where the program has one ring and none could come out of a
 * map of maps.
 */
final class RingCalls {
    private static final ClassDesc PRODUCER = Names.of(RingProducer.class);
    private static final ClassDesc HELPERS = Names.of(RingHelpers.class);

    private RingCalls() {}

    /** Emits the call; false when the ring is not known, or the helper is another. */
    static boolean emit(Emission e, int insn, int helper) {
        return switch (helper) {
            case 130 -> output(e, named(e, insn));
            case 131 -> help(e, named(e, insn), "reserve", 2, 3);
            case 134 -> produce(e, named(e, insn), "query", 2);
            case 198 -> help(e, named(e, insn), "reserveDynptr", 2, 3, 4);
            case 132 -> help(e, only(e), "submit", 1, 2);
            case 133 -> help(e, only(e), "discard", 1, 2);
            case 199 -> help(e, only(e), "submitDynptr", 1, 2);
            case 200 -> help(e, only(e), "discardDynptr", 1, 2);
            default -> false;
        };
    }

    private static RingProducer named(Emission e, int insn) {
        int index = e.flow.facts.mapAtCall(insn);
        return index >= 0 && index < e.program.maps().size() && e.program.maps().get(index) instanceof RingBufferMap r
                ? r.producer()
                : null;
    }

    private static RingProducer only(Emission e) {
        RingProducer found = null;
        for (BpfMap map : e.program.maps()) {
            switch (map) {
                case RingBufferMap r -> {
                    if (found != null) {
                        return null;
                    }
                    found = r.producer();
                }
                case HandleArrayMap _, HandleHashMap _ -> {
                    return null;
                }
                default -> {}
            }
        }
        return found;
    }

    /**
     * {@code bpf_ringbuf_output} in its three parts: as one method HotSpot compiles it by itself, finds it too large to
     * inline, and with it the ring would be no constant.
     */
    private static boolean output(Emission e, RingProducer ring) {
        if (ring == null) {
            return false;
        }
        CodeBuilder b = e.b;
        Label end = b.newLabel();
        e.constants.load(b, e.owner, ring, RingProducer.class);
        e.load(3);
        e.load(4);
        b.invokevirtual(PRODUCER, "beginOutput", MethodTypeDesc.of(CD_long, CD_long, CD_long));
        e.store(0);
        e.load(0);
        b.lconst_0().lcmp().iflt(end);
        e.memory();
        e.load(2);
        e.load(0);
        e.load(3);
        b.invokestatic(
                Names.of(SlabAccess.class),
                "copy",
                MethodTypeDesc.of(CD_void, Names.SEGMENT, CD_long, CD_long, CD_long));
        e.constants.load(b, e.owner, ring, RingProducer.class);
        e.load(0);
        e.load(4);
        b.invokevirtual(PRODUCER, "submit", MethodTypeDesc.of(CD_void, CD_long, CD_long));
        b.lconst_0();
        e.store(0);
        b.labelBinding(end);
        return true;
    }

    /** A method of the ring itself. */
    private static boolean produce(Emission e, RingProducer ring, String method, int... registers) {
        if (ring == null) {
            return false;
        }
        e.constants.load(e.b, e.owner, ring, RingProducer.class);
        ClassDesc[] types = load(e, registers, 0);
        e.b.invokevirtual(PRODUCER, method, MethodTypeDesc.of(CD_long, types));
        e.store(0);
        return true;
    }

    /** A method of the helpers, which keep the run's books too. */
    private static boolean help(Emission e, RingProducer ring, String method, int... registers) {
        if (ring == null) {
            return false;
        }
        CodeBuilder b = e.b;
        b.aload(Locals.CONTEXT);
        e.constants.load(b, e.owner, ring, RingProducer.class);
        ClassDesc[] types = load(e, registers, 2);
        types[0] = Names.CONTEXT;
        types[1] = PRODUCER;
        b.invokestatic(HELPERS, method, MethodTypeDesc.of(CD_long, types));
        e.store(0);
        return true;
    }

    /** Loads these registers; gives their types, after {@code before} that the caller fills in. */
    private static ClassDesc[] load(Emission e, int[] registers, int before) {
        ClassDesc[] types = new ClassDesc[before + registers.length];
        for (int i = 0; i < registers.length; i++) {
            e.load(registers[i]);
            types[before + i] = CD_long;
        }
        return types;
    }
}
