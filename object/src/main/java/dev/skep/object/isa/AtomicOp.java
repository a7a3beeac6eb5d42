package dev.skep.object.isa;

/**
 * Operations of the ATOMIC mode, by the value of the immediate. Source: RFC 9669 section 5.3; the last two, Linux 6.15.
 */
public enum AtomicOp {
    ADD(0x00, "add", "+="),
    OR(0x40, "or", "|="),
    AND(0x50, "and", "&="),
    XOR(0xa0, "xor", "^="),
    FETCH_ADD(0x01, "add", "+="),
    FETCH_OR(0x41, "or", "|="),
    FETCH_AND(0x51, "and", "&="),
    FETCH_XOR(0xa1, "xor", "^="),
    XCHG(0xe1, "xchg", ""),
    CMPXCHG(0xf1, "cmpxchg", ""),
    LOAD_ACQUIRE(0x100, "load_acquire", ""),
    STORE_RELEASE(0x110, "store_release", "");

    private final int imm;
    private final String word;
    private final String sign;

    AtomicOp(int imm, String word, String sign) {
        this.imm = imm;
        this.word = word;
        this.sign = sign;
    }

    /** The immediate that selects this operation. */
    public int imm() {
        return imm;
    }

    public String word() {
        return word;
    }

    public String sign() {
        return sign;
    }

    /** True when the old memory value lands in a register: the source register, or R0 for {@code CMPXCHG}. */
    public boolean fetches() {
        return (imm & 1) != 0;
    }

    /** The operation selected by {@code imm}, or null. */
    public static AtomicOp ofImm(int imm) {
        for (AtomicOp op : values()) {
            if (op.imm == imm) {
                return op;
            }
        }
        return null;
    }
}
