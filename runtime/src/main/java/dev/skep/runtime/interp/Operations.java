package dev.skep.runtime.interp;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * What BPF operations mean where they are more than one JVM instruction. The interpreter calls these; generated code
 * calls or inlines the same methods, so there is one semantics. Loads, stores and atomics are in {@link SlabAccess}.
 *
 * <p><em>Shape</em>: a method that ends in 32 works on the low halves and returns a zero-extended result.
 *
 * <p><em>Source</em>: RFC 9669 section 4.
 */
public final class Operations {
    private Operations() {}

    public static long add32(long a, long b) {
        return (int) a + (int) b & 0xffff_ffffL;
    }

    public static long sub32(long a, long b) {
        return (int) a - (int) b & 0xffff_ffffL;
    }

    public static long mul32(long a, long b) {
        return (int) a * (int) b & 0xffff_ffffL;
    }

    public static long or32(long a, long b) {
        return (a | b) & 0xffff_ffffL;
    }

    public static long and32(long a, long b) {
        return a & b & 0xffff_ffffL;
    }

    public static long xor32(long a, long b) {
        return (a ^ b) & 0xffff_ffffL;
    }

    public static long lsh32(long a, long b) {
        return (int) a << (int) b & 0xffff_ffffL;
    }

    public static long rsh32(long a, long b) {
        return (int) a >>> (int) b & 0xffff_ffffL;
    }

    public static long arsh32(long a, long b) {
        return (int) a >> (int) b & 0xffff_ffffL;
    }

    public static long neg32(long a) {
        return -(int) a & 0xffff_ffffL;
    }

    public static long lsh64(long a, long b) {
        return a << (int) b;
    }

    public static long rsh64(long a, long b) {
        return a >>> (int) b;
    }

    public static long arsh64(long a, long b) {
        return a >> (int) b;
    }

    /** Unsigned; division by zero gives 0. */
    public static long div64(long a, long b) {
        return b == 0 ? 0 : Long.divideUnsigned(a, b);
    }

    /** Unsigned; modulo zero leaves {@code a}. */
    public static long mod64(long a, long b) {
        return b == 0 ? a : Long.remainderUnsigned(a, b);
    }

    /** Unsigned; division by zero gives 0. */
    public static long div32(long a, long b) {
        return (int) b == 0 ? 0 : (a & 0xffff_ffffL) / (b & 0xffff_ffffL);
    }

    /** Unsigned; modulo zero leaves the low half of {@code a}. */
    public static long mod32(long a, long b) {
        return (int) b == 0 ? a & 0xffff_ffffL : (a & 0xffff_ffffL) % (b & 0xffff_ffffL);
    }

    /** Signed; division by zero gives 0, the least number divided by -1 itself. */
    public static long sdiv64(long a, long b) {
        return b == 0 ? 0 : a / b;
    }

    /** Signed, with the sign of {@code a}; modulo zero leaves {@code a}. */
    public static long smod64(long a, long b) {
        return b == 0 ? a : a % b;
    }

    /** Signed; division by zero gives 0, the least number divided by -1 itself. */
    public static long sdiv32(long a, long b) {
        return (int) b == 0 ? 0 : (int) a / (int) b & 0xffff_ffffL;
    }

    /** Signed, with the sign of {@code a}; modulo zero leaves the low half of {@code a}. */
    public static long smod32(long a, long b) {
        return (int) b == 0 ? a & 0xffff_ffffL : (int) a % (int) b & 0xffff_ffffL;
    }

    /** {@code dst = (s8) src}, zero-extended from 32 bits. */
    public static long signExtend8To32(long a) {
        return (byte) a & 0xffff_ffffL;
    }

    /** {@code dst = (s16) src}, zero-extended from 32 bits. */
    public static long signExtend16To32(long a) {
        return (short) a & 0xffff_ffffL;
    }

    public static long swap16(long a) {
        return Short.reverseBytes((short) a) & 0xffff;
    }

    public static long swap32(long a) {
        return Integer.reverseBytes((int) a) & 0xffff_ffffL;
    }

    public static long swap64(long a) {
        return Long.reverseBytes(a);
    }

    /** The address space cast of an arena pointer, either way: arenas lie in the slab, where an address has 31 bits. */
    public static long castAddress(long a) {
        return a & 0xffff_ffffL;
    }

    /** Marks a sign-extending load in {@link #probe}. */
    public static final int SIGNED = 16;

    /**
     * A load through a pointer that the verifier only half trusts (kernel objects by BTF, arenas): where there is no
     * memory, it reads zero.
     *
     * @param kind 1, 2, 4 or 8 bytes, plus {@link #SIGNED}
     */
    public static long probe(MemorySegment memory, long address, int kind) {
        try {
            return switch (kind) {
                case 1 -> SlabAccess.load8(memory, address);
                case 2 -> SlabAccess.load16(memory, address);
                case 4 -> SlabAccess.load32(memory, address);
                case 8 -> SlabAccess.load64(memory, address);
                case 1 | SIGNED -> SlabAccess.loadSigned8(memory, address);
                case 2 | SIGNED -> SlabAccess.loadSigned16(memory, address);
                default -> SlabAccess.loadSigned32(memory, address);
            };
        } catch (IndexOutOfBoundsException _) {
            return 0;
        }
    }
}
