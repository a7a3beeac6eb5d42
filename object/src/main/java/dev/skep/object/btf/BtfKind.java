package dev.skep.object.btf;

/** Kind numbers of the BTF wire format. Source: Linux uapi/linux/btf.h. */
final class BtfKind {
    static final int INT = 1;
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int FWD = 7;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int RESTRICT = 11;
    static final int FUNC = 12;
    static final int FUNC_PROTO = 13;
    static final int VAR = 14;
    static final int DATASEC = 15;
    static final int FLOAT = 16;
    static final int DECL_TAG = 17;
    static final int TYPE_TAG = 18;
    static final int ENUM64 = 19;

    private BtfKind() {}

    /**
     * Bytes after the 12-byte head of a type: those of a kind alone plus those of each of its elements; -1 for unknown
     * kinds.
     */
    static int tail(int kind, int count) {
        return switch (kind) {
            case INT, VAR, DECL_TAG -> 4;
            case PTR, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FLOAT, TYPE_TAG -> 0;
            case ARRAY -> 12;
            case STRUCT, UNION, DATASEC, ENUM64 -> 12 * count;
            case ENUM, FUNC_PROTO -> 8 * count;
            default -> -1;
        };
    }

    /** True for kinds whose third word is a type id, false for those where it is a size or unused. */
    static boolean refers(int kind) {
        return switch (kind) {
            case PTR, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, DECL_TAG, TYPE_TAG -> true;
            default -> false;
        };
    }
}
