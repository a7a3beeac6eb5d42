package dev.skep.object.isa;

/** Conditions of the JMP and JMP32 classes. Source: RFC 9669 section 4.3. */
public enum JumpOp {
    EQ(0x10, "=="),
    GT(0x20, ">"),
    GE(0x30, ">="),
    SET(0x40, "&"),
    NE(0x50, "!="),
    SGT(0x60, "s>"),
    SGE(0x70, "s>="),
    LT(0xa0, "<"),
    LE(0xb0, "<="),
    SLT(0xc0, "s<"),
    SLE(0xd0, "s<=");

    private final int code;
    private final String sign;

    JumpOp(int code, String sign) {
        this.code = code;
        this.sign = sign;
    }

    /** The operation bits of the opcode (high nibble). */
    public int code() {
        return code;
    }

    /** The operator as the kernel's log prints it. */
    public String sign() {
        return sign;
    }

    /** The condition that holds exactly when this one does not; {@code SET} has none and is returned as it is. */
    public JumpOp inverse() {
        return switch (this) {
            case EQ -> NE;
            case NE -> EQ;
            case GT -> LE;
            case LE -> GT;
            case GE -> LT;
            case LT -> GE;
            case SGT -> SLE;
            case SLE -> SGT;
            case SGE -> SLT;
            case SLT -> SGE;
            case SET -> SET;
        };
    }

    /** The condition with its operands exchanged: {@code a < b} is {@code b > a}. */
    public JumpOp swapped() {
        return switch (this) {
            case EQ, NE, SET -> this;
            case GT -> LT;
            case LT -> GT;
            case GE -> LE;
            case LE -> GE;
            case SGT -> SLT;
            case SLT -> SGT;
            case SGE -> SLE;
            case SLE -> SGE;
        };
    }
}
