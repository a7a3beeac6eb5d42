package dev.skep.verifier.call.kfunc;

import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.verifier.walk.Walk;
import java.util.List;

/**
 * A kernel function as its types describe it.
 *
 * @param kfunc flags and family
 * @param btfId its id
 * @param btf the kernel's types
 * @param returnType id of the return type, modifiers skipped
 * @param parameters in order
 */
record KfuncSignature(Kfunc kfunc, int btfId, Btf btf, int returnType, List<BtfType.Parameter> parameters) {
    /** The signature of the function with this id; null when it is not a function that programs may call. */
    static KfuncSignature of(Walk w, int btfId) {
        return (KfuncSignature) w.kfuncSignatures.computeIfAbsent(btfId, id -> read(w, id));
    }

    private static KfuncSignature read(Walk w, int btfId) {
        Kfunc kfunc = w.kernel.kfunc(btfId);
        Btf btf = w.kernel.btf();
        if (kfunc == null
                || !(btf.type(btfId) instanceof BtfType.Function f)
                || !(btf.type(f.type()) instanceof BtfType.FunctionProto proto)) {
            return null;
        }
        return new KfuncSignature(kfunc, btfId, btf, btf.resolve(proto.returnType()), proto.parameters());
    }

    String name() {
        return kfunc.name();
    }

    boolean is(int flag) {
        return kfunc.has(flag);
    }

    boolean hasSuffix(int index, String suffix) {
        return index < parameters.size() && parameters.get(index).name().endsWith(suffix);
    }

    /** NULL stands for no object. */
    boolean isNullable(int index) {
        return hasSuffix(index, "__nullable");
    }

    /** NULL stands for no buffer; its size follows all the same. */
    boolean isOptional(int index) {
        return hasSuffix(index, "__opt");
    }

    /** Id behind the pointer that a parameter is, modifiers and typedefs skipped; -1 when it is no pointer. */
    int pointee(int index) {
        return btf.resolved(parameters.get(index).type()) instanceof BtfType.Pointer p ? btf.resolve(p.type()) : -1;
    }

    /** Name of the struct that a parameter points to, "" for other parameters. */
    String pointeeStruct(int index) {
        int id = pointee(index);
        return id > 0 && btf.type(id) instanceof BtfType.Struct s ? s.name() : "";
    }

    boolean isScalar(int index) {
        return isScalarType(btf, parameters.get(index).type());
    }

    static boolean isScalarType(Btf btf, int id) {
        return switch (btf.resolved(id)) {
            case BtfType.Int _, BtfType.Enum _ -> true;
            case null, default -> false;
        };
    }
}
