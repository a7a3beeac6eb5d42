package dev.skep.object.isa;

/**
 * Binary arithmetic of the ALU and ALU64 classes. Moves, negation and byte swaps are instructions of their own.
 * Source: RFC 9669 section 4.1.
 */
public enum AluOp {
    ADD(0x00, "+="),
    SUB(0x10, "-="),
    MUL(0x20, "*="),
    DIV(0x30, "/="),
    OR(0x40, "|="),
    AND(0x50, "&="),
    LSH(0x60, "<<="),
    RSH(0x70, ">>="),
    MOD(0x90, "%="),
    XOR(0xa0, "^="),
    ARSH(0xc0, "s>>="),
    /** Signed division: {@code DIV} with offset 1. */
    SDIV(0x30, "s/="),
    /** Signed modulo: {@code MOD} with offset 1. */
    SMOD(0x90, "s%=");

    private final int code;
    private final String sign;

    AluOp(int code, String sign) {
        this.code = code;
        this.sign = sign;
    }

    /** The operation bits of the opcode (high nibble). */
    public int code() {
        return code;
    }

    /** The operator as the kernel's log prints it, for example {@code +=}. */
    public String sign() {
        return sign;
    }

    public boolean isSignedDivision() {
        return this == SDIV || this == SMOD;
    }

    public boolean isDivision() {
        return this == DIV || this == MOD || isSignedDivision();
    }

    public boolean isShift() {
        return this == LSH || this == RSH || this == ARSH;
    }
}
