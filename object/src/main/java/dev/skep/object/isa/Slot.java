package dev.skep.object.isa;

/**
 * One 8-byte instruction slot as it stands in a file or in the kernel, packed in a {@code long}.
 *
 * <p><em>Shape</em> (little-endian BPF, least significant byte first):
 *
 * <pre>
 *  bits  0..7   opcode
 *  bits  8..11  destination register
 *  bits 12..15  source register
 *  bits 16..31  offset, signed
 *  bits 32..63  immediate, signed
 * </pre>
 *
 * <p><em>Source</em>: RFC 9669 section 3.
 */
public final class Slot {
    private Slot() {}

    /** Packs the five fields; register numbers are masked to 4 bits, the offset to 16. */
    public static long of(int opcode, int dst, int src, int offset, int imm) {
        return (opcode & 0xffL) | (dst & 0xfL) << 8 | (src & 0xfL) << 12 | (offset & 0xffffL) << 16 | (long) imm << 32;
    }

    public static int opcode(long slot) {
        return (int) slot & 0xff;
    }

    public static int dst(long slot) {
        return (int) (slot >>> 8) & 0xf;
    }

    public static int src(long slot) {
        return (int) (slot >>> 12) & 0xf;
    }

    /** The offset field, sign-extended. */
    public static int offset(long slot) {
        return (short) (slot >>> 16);
    }

    public static int imm(long slot) {
        return (int) (slot >> 32);
    }

    public static long withImm(long slot, int imm) {
        return slot & 0xffff_ffffL | (long) imm << 32;
    }

    public static long withOffset(long slot, int offset) {
        return slot & ~0xffff_0000L | (offset & 0xffffL) << 16;
    }

    public static long withSrc(long slot, int src) {
        return slot & ~0xf000L | (src & 0xfL) << 12;
    }
}
