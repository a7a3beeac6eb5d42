package dev.skep.runtime.interp;

/**
 * The interpreter's own operation numbers, dense so that the loop is one table switch.
 *
 * <p><em>Shape</em> of a decoded word: bits 0 to 7 the operation, 8 to 11 the destination, 12 to 15 the source
 * register, 16 to 23 the real operation behind {@link #CHECKED} and {@link #ARENA}, 32 to 63 a memory offset or an
 * absolute jump target. Immediates and constants are in an array of their own.
 */
final class Op {
    /** ALU operations: this base plus twice the {@link dev.skep.object.isa.AluOp} ordinal, plus 1 for an immediate. */
    static final int ALU64 = 0;

    static final int ADD64 = 0, ADD64_IMM = 1, SUB64 = 2, SUB64_IMM = 3, MUL64 = 4, MUL64_IMM = 5;
    static final int DIV64 = 6, DIV64_IMM = 7, OR64 = 8, OR64_IMM = 9, AND64 = 10, AND64_IMM = 11;
    static final int LSH64 = 12, LSH64_IMM = 13, RSH64 = 14, RSH64_IMM = 15, MOD64 = 16, MOD64_IMM = 17;
    static final int XOR64 = 18, XOR64_IMM = 19, ARSH64 = 20, ARSH64_IMM = 21;
    static final int SDIV64 = 22, SDIV64_IMM = 23, SMOD64 = 24, SMOD64_IMM = 25;

    static final int ALU32 = 26;
    static final int ADD32 = 26, ADD32_IMM = 27, SUB32 = 28, SUB32_IMM = 29, MUL32 = 30, MUL32_IMM = 31;
    static final int DIV32 = 32, DIV32_IMM = 33, OR32 = 34, OR32_IMM = 35, AND32 = 36, AND32_IMM = 37;
    static final int LSH32 = 38, LSH32_IMM = 39, RSH32 = 40, RSH32_IMM = 41, MOD32 = 42, MOD32_IMM = 43;
    static final int XOR32 = 44, XOR32_IMM = 45, ARSH32 = 46, ARSH32_IMM = 47;
    static final int SDIV32 = 48, SDIV32_IMM = 49, SMOD32 = 50, SMOD32_IMM = 51;
    static final int NEG64 = 52, NEG32 = 53, MOV64 = 54, MOV32 = 55, MOV_IMM = 56;
    static final int MOVSX8 = 57, MOVSX16 = 58, MOVSX32 = 59, MOVSX8_32 = 60, MOVSX16_32 = 61;
    static final int SWAP16 = 62, SWAP32 = 63, SWAP64 = 64, ZEXT16 = 65, NOP = 66, LOAD_CONST = 67;
    static final int LOAD8 = 68, LOAD16 = 69, LOAD32 = 70, LOAD64 = 71, LOADS8 = 72, LOADS16 = 73, LOADS32 = 74;
    static final int PROBE = 75;
    static final int STORE8 = 76, STORE16 = 77, STORE32 = 78, STORE64 = 79;
    static final int STORE8_IMM = 80, STORE16_IMM = 81, STORE32_IMM = 82, STORE64_IMM = 83;
    static final int ATOMIC = 84;

    /** Branches: this base plus twice the {@link dev.skep.object.isa.JumpOp} ordinal, plus 1 for an immediate. */
    static final int JUMP64 = 85;

    static final int JEQ64 = 85, JEQ64_IMM = 86, JGT64 = 87, JGT64_IMM = 88, JGE64 = 89, JGE64_IMM = 90;
    static final int JSET64 = 91, JSET64_IMM = 92, JNE64 = 93, JNE64_IMM = 94, JSGT64 = 95, JSGT64_IMM = 96;
    static final int JSGE64 = 97, JSGE64_IMM = 98, JLT64 = 99, JLT64_IMM = 100, JLE64 = 101, JLE64_IMM = 102;
    static final int JSLT64 = 103, JSLT64_IMM = 104, JSLE64 = 105, JSLE64_IMM = 106;

    static final int JUMP32 = 107;
    static final int JEQ32 = 107, JEQ32_IMM = 108, JGT32 = 109, JGT32_IMM = 110, JGE32 = 111, JGE32_IMM = 112;
    static final int JSET32 = 113, JSET32_IMM = 114, JNE32 = 115, JNE32_IMM = 116, JSGT32 = 117, JSGT32_IMM = 118;
    static final int JSGE32 = 119, JSGE32_IMM = 120, JLT32 = 121, JLT32_IMM = 122, JLE32 = 123, JLE32_IMM = 124;
    static final int JSLT32 = 125, JSLT32_IMM = 126, JSLE32 = 127, JSLE32_IMM = 128;
    static final int GOTO = 129, MAY_GOTO = 130, CALL = 131, CALL_SUB = 132, TAIL_CALL = 133, EXIT = 134;
    static final int PACKET_LOAD = 135, UNDEFINED = 136, CHECKED = 137, ARENA = 138;

    private Op() {}

    static long word(int op, int dst, int src, int high) {
        return op | (dst & 15L) << 8 | (src & 15L) << 12 | (long) high << 32;
    }

    static int dst(long word) {
        return (int) word >>> 8 & 15;
    }

    static int src(long word) {
        return (int) word >>> 12 & 15;
    }

    static long high(long word) {
        return word >> 32;
    }
}
