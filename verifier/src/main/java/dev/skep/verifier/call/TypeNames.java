package dev.skep.verifier.call;

import dev.skep.object.btf.BtfType;

/** BTF kinds in the words of the kernel's messages: {@code STRUCT}, {@code FWD}, ... */
public final class TypeNames {
    private TypeNames() {}

    public static String kind(BtfType t) {
        return switch (t) {
            case BtfType.Void _ -> "UNKNOWN";
            case BtfType.Int _ -> "INT";
            case BtfType.Pointer _ -> "PTR";
            case BtfType.Array _ -> "ARRAY";
            case BtfType.Struct s -> s.isUnion() ? "UNION" : "STRUCT";
            case BtfType.Enum e -> e.is64() ? "ENUM64" : "ENUM";
            case BtfType.Forward _ -> "FWD";
            case BtfType.Typedef _ -> "TYPEDEF";
            case BtfType.Volatile _ -> "VOLATILE";
            case BtfType.Const _ -> "CONST";
            case BtfType.Restrict _ -> "RESTRICT";
            case BtfType.Function _ -> "FUNC";
            case BtfType.FunctionProto _ -> "FUNC_PROTO";
            case BtfType.Variable _ -> "VAR";
            case BtfType.DataSection _ -> "DATASEC";
            case BtfType.Float _ -> "FLOAT";
            case BtfType.DeclTag _ -> "DECL_TAG";
            case BtfType.TypeTag _ -> "TYPE_TAG";
            case null -> "UNKNOWN";
        };
    }
}
