package dev.skep.object.core;

/**
 * What a CO-RE relocation asks. The ordinal is the number in .BTF.ext. Source: Linux uapi/linux/bpf.h, enum
 * bpf_core_relo_kind.
 */
public enum CoreKind {
    FIELD_BYTE_OFFSET("byte_off"),
    FIELD_BYTE_SIZE("byte_sz"),
    FIELD_EXISTS("field_exists"),
    FIELD_SIGNED("signed"),
    FIELD_LSHIFT_U64("lshift_u64"),
    FIELD_RSHIFT_U64("rshift_u64"),
    TYPE_ID_LOCAL("local_type_id"),
    TYPE_ID_TARGET("target_type_id"),
    TYPE_EXISTS("type_exists"),
    TYPE_SIZE("type_size"),
    ENUMVAL_EXISTS("enumval_exists"),
    ENUMVAL_VALUE("enumval_value"),
    TYPE_MATCHES("type_matches");

    private static final CoreKind[] BY_ID = values();
    private final String word;

    CoreKind(String word) {
        this.word = word;
    }

    /** The word that loaders print. */
    public String word() {
        return word;
    }

    public boolean isField() {
        return ordinal() <= FIELD_RSHIFT_U64.ordinal();
    }

    public boolean isEnumerator() {
        return this == ENUMVAL_EXISTS || this == ENUMVAL_VALUE;
    }

    public boolean isType() {
        return !isField() && !isEnumerator();
    }

    /** The constant with this number, or null. */
    public static CoreKind ofId(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
