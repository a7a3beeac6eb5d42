package dev.skep.object.isa;

/**
 * One decoded instruction. Each kind is a record; a pattern {@code switch} without default covers them all.
 *
 * <p><em>Shape</em>: register numbers are what the slot says, 0 to 15; numbers above 10 are the verifier's to refuse.
 * Jump and call offsets count slots from the next instruction. Memory sizes are bytes: 1, 2, 4 or 8. {@code
 * fromRegister} tells whether the second operand is {@code src} or the sign-extended {@code imm}; the other one is
 * kept as it stands in the slot.
 *
 * <p><em>Errors</em>: decoding never fails. A slot that no rule describes becomes {@link Undefined}; a known opcode
 * whose reserved fields are not zero becomes the instruction it looks like with {@link #reserved()} true, since Linux
 * refuses such an instruction only when the walk reaches it.
 *
 * <p><em>Source</em>: RFC 9669; Linux 6.18 for {@link MayGoto}, {@link AddrSpaceCast} and load-acquire/store-release.
 */
public sealed interface Instruction {
    /** True when a field that must be zero for this opcode is not. */
    default boolean reserved() {
        return false;
    }

    /** True for every kind of the JMP and JMP32 classes, calls and exit among them. */
    default boolean isJumpClass() {
        return false;
    }

    /** {@code dst op= src|imm}, 64 bits wide or 32 with zero extension. */
    record Alu(boolean is64, AluOp op, int dst, boolean fromRegister, int src, int imm, boolean reserved)
            implements Instruction {}

    /** {@code dst = -dst}. */
    record Negate(boolean is64, int dst, boolean reserved) implements Instruction {}

    /**
     * {@code dst = src|imm}; {@code signBits} is 0 for a plain move, else the width (8, 16 or 32) that is
     * sign-extended.
     */
    record Move(boolean is64, int dst, boolean fromRegister, int src, int imm, int signBits, boolean reserved)
            implements Instruction {}

    /** {@code dst = addr_space_cast(src, destination space, source space)}: a 64-bit move with offset 1. */
    record AddrSpaceCast(int dst, int src, int imm, boolean reserved) implements Instruction {
        public int dstSpace() {
            return imm >>> 16;
        }

        public int srcSpace() {
            return imm & 0xffff;
        }
    }

    /** Byte order conversion of the low {@code bits} (16, 32 or 64) of {@code dst}; the rest becomes zero. */
    record ByteSwap(Order order, int bits, int dst, boolean reserved) implements Instruction {
        /** Which conversion. */
        public enum Order {
            TO_LITTLE,
            TO_BIG,
            /** Unconditional swap (ALU64 class). */
            SWAP
        }
    }

    /**
     * The two-slot load. {@code pseudo} is the source register field: what {@code imm} and {@code nextImm} mean.
     *
     * @see Pseudo
     */
    record LoadImm64(int dst, int pseudo, int imm, int nextImm) implements Instruction {
        public long value() {
            return imm & 0xffff_ffffL | (long) nextImm << 32;
        }
    }

    /** {@code dst = *(uN *)(src + offset)}; {@code signed} sign-extends (sizes 1, 2, 4). */
    record Load(int size, boolean signed, int dst, int src, int offset, boolean reserved) implements Instruction {}

    /** {@code *(uN *)(base + offset) = src}. */
    record Store(int size, int base, int offset, int src, boolean reserved) implements Instruction {}

    /** {@code *(uN *)(base + offset) = imm}. */
    record StoreImm(int size, int base, int offset, int imm, boolean reserved) implements Instruction {}

    /**
     * An atomic read-modify-write, load-acquire or store-release. For {@code LOAD_ACQUIRE}, {@code dst} is the
     * register loaded and {@code src} the base; for all others {@code dst} is the base. {@code op} is null when {@code
     * imm} names no operation.
     */
    record Atomic(AtomicOp op, int size, int dst, int src, int offset, int imm, boolean reserved)
            implements Instruction {
        /** The register that holds the address. */
        public int base() {
            return op == AtomicOp.LOAD_ACQUIRE ? src : dst;
        }
    }

    /** Legacy packet load into R0 from the skb in R6: {@code LD_ABS}, or {@code LD_IND} with {@code src} added. */
    record PacketLoad(int size, boolean indirect, int src, int imm, boolean reserved) implements Instruction {}

    /** {@code goto}: 16-bit offset, or the 32-bit one of {@code gotol}. */
    record Goto(int offset, boolean isLong, boolean reserved) implements Instruction {
        @Override
        public boolean isJumpClass() {
            return true;
        }
    }

    /** {@code may_goto}: jumps when the kernel's iteration budget is used up. */
    record MayGoto(int offset, boolean reserved) implements Instruction {
        @Override
        public boolean isJumpClass() {
            return true;
        }
    }

    /** {@code if dst op src|imm goto offset}, comparing 64 or 32 bits. */
    record Branch(
            boolean is64, JumpOp op, int dst, boolean fromRegister, int src, int imm, int offset, boolean reserved)
            implements Instruction {
        @Override
        public boolean isJumpClass() {
            return true;
        }
    }

    /** A call: {@code imm} is a helper id, a subprogram offset or a BTF id, by {@code kind}. */
    record Call(Kind kind, int imm, int offset, boolean reserved) implements Instruction {
        /** What is called. */
        public enum Kind {
            HELPER,
            SUBPROGRAM,
            KFUNC,
            /** Source register field is none of 0, 1 and 2. */
            UNKNOWN
        }

        @Override
        public boolean isJumpClass() {
            return true;
        }
    }

    /** {@code exit}. */
    record Exit(boolean reserved) implements Instruction {
        @Override
        public boolean isJumpClass() {
            return true;
        }
    }

    /** No instruction at all: {@code slot} as it stands. */
    record Undefined(long slot) implements Instruction {}
}
