package dev.skep.verifier.value;

import dev.skep.object.isa.AluOp;
import dev.skep.object.isa.Instruction.ByteSwap;

/**
 * Arithmetic on scalars: what is known of the result, given what is known of the operands.
 *
 * <p>Steps of every operation: (1) ranges of both widths; (2) known bits; (3) for 32-bit operations zero extension;
 * (4) synchronisation.
 * Division, and shifts by an unknown or too large amount, give an unknown 64-bit result, even for 32-bit operations.
 *
 * <p><em>Source</em>: RFC 9669 section 4.1 for the meaning; precision as observed on Linux 6.18.
 */
public final class ScalarOps {
    private static final long LOW = 0xffff_ffffL;

    private ScalarOps() {}

    /** {@code dst op= src}. An immediate operand is its sign-extended constant; a 32-bit result is zero-extended. */
    public static ScalarValue apply(AluOp op, boolean is64, ScalarValue dst, ScalarValue src) {
        return switch (op) {
            case ADD, SUB, MUL, AND, OR, XOR ->
                dst.isConst() && src.isConst() ? folded(op, is64, dst, src) : ranged(op, is64, dst, src);
            case LSH, RSH, ARSH -> shifted(op, is64, dst, src);
            case DIV, MOD, SDIV, SMOD -> ScalarValue.UNKNOWN;
        };
    }

    private static ScalarValue folded(AluOp op, boolean is64, ScalarValue dst, ScalarValue src) {
        long a = dst.constValue();
        long b = src.constValue();
        long result = switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case AND -> a & b;
            case OR -> a | b;
            default -> a ^ b;
        };
        return ScalarValue.ofConst(is64 ? result : result & LOW);
    }

    private static ScalarValue ranged(AluOp op, boolean is64, ScalarValue dst, ScalarValue src) {
        Bounds b = Bounds.of(dst);
        switch (op) {
            case ADD -> {
                RangeArithmetic.add(b, src);
                b.bits(dst.var.add(src.var));
            }
            case SUB -> {
                RangeArithmetic.sub(b, src);
                b.bits(dst.var.sub(src.var));
            }
            case MUL -> {
                RangeArithmetic.mul(b, src);
                b.bits(dst.var.mul(src.var));
            }
            case AND -> {
                b.bits(dst.var.and(src.var));
                b.umin = b.value;
                b.umax = Bounds.uminOf(dst.umax, src.umax);
                b.u32min = (int) b.value;
                b.u32max = Bounds.uminOf(dst.u32max, src.u32max);
                b.signedFromUnsigned();
            }
            case OR -> {
                b.bits(dst.var.or(src.var));
                b.umin = Bounds.umaxOf(dst.umin, src.umin);
                b.umax = b.value | b.mask;
                b.u32min = Bounds.umaxOf(dst.u32min, src.u32min);
                b.u32max = (int) (b.value | b.mask);
                b.signedFromUnsigned();
            }
            default -> {
                b.bits(dst.var.xor(src.var));
                b.umin = b.value;
                b.umax = b.value | b.mask;
                b.u32min = (int) b.value;
                b.u32max = (int) (b.value | b.mask);
                b.signedFromUnsigned();
            }
        }
        return finished(b, is64);
    }

    private static ScalarValue finished(Bounds b, boolean is64) {
        if (!is64) {
            b.zeroExtend();
        }
        return b.synced();
    }

    private static ScalarValue shifted(AluOp op, boolean is64, ScalarValue dst, ScalarValue src) {
        int width = is64 ? 64 : 32;
        boolean known = is64 ? src.isConst() : src.subregConst();
        if (!known || Long.compareUnsigned(src.umax, width) >= 0) {
            return ScalarValue.UNKNOWN;
        }
        int shift = (int) src.var.value();
        Bounds b = Bounds.of(dst);
        if (is64) {
            shift64(op, b, dst, shift);
        } else {
            shift32(op, b, dst, shift);
        }
        return finished(b, is64);
    }

    private static void shift64(AluOp op, Bounds b, ScalarValue dst, int shift) {
        switch (op) {
            case LSH -> {
                b.forgetSigned64();
                if (shift == 32) {
                    b.smin = (long) dst.s32min << 32;
                    b.smax = (long) dst.s32max << 32;
                }
                if (Long.compareUnsigned(dst.umax, 1L << 63 - shift) > 0) {
                    b.forgetUnsigned64();
                } else {
                    b.umin = dst.umin << shift;
                    b.umax = dst.umax << shift;
                }
                lshLowWord(b, dst, shift);
                b.bits(dst.var.lsh(shift));
            }
            case RSH -> {
                b.forgetSigned64();
                b.umin = dst.umin >>> shift;
                b.umax = dst.umax >>> shift;
                b.forget32();
                b.bits(dst.var.rsh(shift));
            }
            default -> {
                b.smin = dst.smin >> shift;
                b.smax = dst.smax >> shift;
                b.forgetUnsigned64();
                b.forget32();
                b.bits(dst.var.arsh(shift, 64));
            }
        }
        b.rangesFromBits();
    }

    private static void lshLowWord(Bounds b, ScalarValue dst, int shift) {
        b.forgetSigned32();
        if (shift > 31 || (dst.u32max & LOW) > 1L << 31 - shift) {
            b.forgetUnsigned32();
        } else {
            b.u32min = dst.u32min << shift;
            b.u32max = dst.u32max << shift;
        }
    }

    private static void shift32(AluOp op, Bounds b, ScalarValue dst, int shift) {
        Tnum low = dst.var.subreg();
        switch (op) {
            case LSH -> {
                lshLowWord(b, dst, shift);
                b.bits(low.lsh(shift).subreg());
            }
            case RSH -> {
                b.forgetSigned32();
                b.u32min = dst.u32min >>> shift;
                b.u32max = dst.u32max >>> shift;
                b.bits(low.rsh(shift));
            }
            default -> {
                b.s32min = dst.s32min >> shift;
                b.s32max = dst.s32max >> shift;
                b.forgetUnsigned32();
                b.bits(low.arsh(shift, 32));
            }
        }
        b.forget64();
        b.rangesFromBits();
    }

    /** {@code -v}. */
    public static ScalarValue negate(boolean is64, ScalarValue v) {
        return apply(AluOp.SUB, is64, ScalarValue.ZERO, v);
    }

    /** Byte order conversion of the low 16, 32 or 64 {@code bits}, the rest 0, on a little-endian machine. */
    public static ScalarValue byteSwap(ByteSwap.Order order, int bits, ScalarValue v) {
        if (order == ByteSwap.Order.TO_LITTLE) {
            return v.truncate(bits / 8);
        }
        Tnum swapped = switch (bits) {
            case 16 -> v.var.bswap16();
            case 32 -> v.var.bswap32();
            default -> v.var.bswap64();
        };
        return ScalarValue.ofBits(swapped);
    }

    /**
     * True when an AND or OR splits the walk: a sign mask (0 or -1) meets a constant. One path goes on with {@link
     * #signMask} true, the other
     * repeats the instruction with {@link #signMask} false.
     */
    public static boolean forksOnSignMask(AluOp op, ScalarValue dst, ScalarValue src) {
        return (op == AluOp.AND || op == AluOp.OR) && src.isConst() && signMaskWidth(dst) != 0;
    }

    /** The width (64 or 32) at which {@code v} is 0 or -1 and not known to be either; 0 when it is at neither. */
    public static int signMaskWidth(ScalarValue v) {
        if (v.smin == -1 && v.smax == 0) {
            return 64;
        }
        return v.s32min == -1 && v.s32max == 0 ? 32 : 0;
    }

    /** A sign mask with its value decided: -1 if {@code ones}, else 0, at the width where it is one. */
    public static ScalarValue signMask(ScalarValue v, boolean ones) {
        int word = ones ? -1 : 0;
        return signMaskWidth(v) == 64 ? ScalarValue.ofConst(word) : v.withLowWord(word);
    }
}
