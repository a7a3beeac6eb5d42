package dev.skep.runtime.helper;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/** The Internet checksum: one's complement sums of 16-bit words, carried as 32 bits. Source: RFC 1071, RFC 1624. */
final class Checksum {
    private Checksum() {}

    /** Sum of {@code bytes} bytes added to {@code seed}; 32 bits. */
    static long partial(MemorySegment m, long at, long bytes, long seed) {
        long sum = seed & 0xffff_ffffL;
        long i = 0;
        for (; i + 4 <= bytes; i += 4) {
            sum += SlabAccess.load32(m, at + i);
        }
        if (i + 2 <= bytes) {
            sum += SlabAccess.load16(m, at + i);
            i += 2;
        }
        if (i < bytes) {
            sum += SlabAccess.load8(m, at + i);
        }
        return fold32(sum);
    }

    static long fold32(long sum) {
        sum = (sum & 0xffff_ffffL) + (sum >>> 32);
        return (sum & 0xffff_ffffL) + (sum >>> 32);
    }

    static long add(long a, long b) {
        return fold32((a & 0xffff_ffffL) + (b & 0xffff_ffffL));
    }

    static long subtract(long a, long b) {
        return add(a, ~b & 0xffff_ffffL);
    }

    /** 32 bits to 16. */
    static long fold16(long sum) {
        sum = (sum & 0xffff) + (sum >>> 16 & 0xffff);
        return (sum & 0xffff) + (sum >>> 16) & 0xffff;
    }

    /** The checksum field after its data changed by {@code difference}. */
    static long byDifference(long field, long difference) {
        return ~fold16(add(difference, ~field & 0xffff)) & 0xffff;
    }

    /** The checksum field after a value of its data changed. */
    static long replace(long field, long from, long to) {
        return ~fold16(add(subtract(~field & 0xffff, from), to)) & 0xffff;
    }
}
