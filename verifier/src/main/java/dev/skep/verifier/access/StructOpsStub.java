package dev.skep.verifier.access;

import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.List;

/**
 * What the kernel says of a struct_ops member's arguments: the parameter names of its stub function {@code
 * <struct>__<member>} end in {@code __nullable} or {@code __ref}. The pointer behind {@code __ref} belongs to the
 * program, which has to give it away or back.
 */
public final class StructOpsStub {
    private StructOpsStub() {}

    /** True when argument {@code index} of the member that the program implements has this suffix. */
    static boolean says(KernelModel kernel, ProgramSpec program, int index, String suffix) {
        List<BtfType.Parameter> parameters = parameters(kernel.btf(), program);
        return index < parameters.size() && parameters.get(index).name().endsWith(suffix);
    }

    /** The arguments that are references, one bit each. */
    public static int references(KernelModel kernel, ProgramSpec program) {
        int found = 0;
        List<BtfType.Parameter> parameters = parameters(kernel.btf(), program);
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().endsWith("__ref")) {
                found |= 1 << i;
            }
        }
        return found;
    }

    private static List<BtfType.Parameter> parameters(Btf btf, ProgramSpec program) {
        if (program.type() == ProgramType.STRUCT_OPS
                && btf.type(program.attachBtfId()) instanceof BtfType.Struct ops
                && program.attachMember() >= 0
                && program.attachMember() < ops.members().size()) {
            String stub = ops.name() + "__"
                    + ops.members().get(program.attachMember()).name();
            int id = btf.find(stub, BtfType.Function.class);
            if (id >= 0
                    && btf.resolved(((BtfType.Function) btf.type(id)).type()) instanceof BtfType.FunctionProto proto) {
                return proto.parameters();
            }
        }
        return List.of();
    }
}
