package dev.skep.jit;

import static java.lang.constant.ConstantDescs.CD_long;

import dev.skep.object.isa.Instruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** Calls on dynptrs that {@link DynptrInlines} has a short way for. */
final class DynptrEmitter {
    private static final ClassDesc INLINES = Names.of(DynptrInlines.class);

    /** Sizes and offsets of 32 bits: what the short ways are for. */
    private static final long NARROW = 0xffff_ffffL;

    private DynptrEmitter() {}

    /** Emits the call; false when it is another. */
    static boolean call(Emission e, Instruction.Call call) {
        boolean narrow = e.program.sizeMask() == NARROW;
        if (!e.does(Optimisation.INLINE_DYNPTRS) || !narrow) {
            return false;
        }
        if (call.kind() == Instruction.Call.Kind.HELPER) {
            return switch (call.imm()) {
                case 201 -> emit(e, "read", true, 5);
                case 202 -> emit(e, "write", true, 5);
                case 203 -> emit(e, "data", true, 3);
                default -> false;
            };
        }
        return switch (e.program.spec().kfuncs().getOrDefault(call.imm(), "")) {
            case "bpf_dynptr_slice" -> emit(e, "slice", true, 4);
            case "bpf_dynptr_slice_rdwr" -> emit(e, "sliceWritable", true, 4);
            case "bpf_dynptr_size" -> emit(e, "size", false, 1);
            default -> false;
        };
    }

    private static boolean emit(Emission e, String method, boolean context, int arguments) {
        List<ClassDesc> types = new ArrayList<>();
        if (context) {
            e.b.aload(Locals.CONTEXT);
            types.add(Names.CONTEXT);
        }
        e.memory();
        types.add(Names.SEGMENT);
        for (int r = 1; r <= arguments; r++) {
            e.load(r);
            types.add(CD_long);
        }
        e.b.invokestatic(INLINES, method, MethodTypeDesc.of(CD_long, types));
        e.store(0);
        return true;
    }
}
