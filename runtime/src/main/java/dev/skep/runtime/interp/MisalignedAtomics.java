package dev.skep.runtime.interp;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Atomic operations at addresses that are no multiple of their size. The verifier lets some pass, as Linux does, and a
 * locked x86 instruction takes any address; the JVM has no such operation. These are atomic among each other, not
 * against aligned ones.
 */
final class MisalignedAtomics {
    private static final Object LOCK = new Object();

    private MisalignedAtomics() {}

    /** As {@link AtomicStep#apply}. */
    static long apply(MemorySegment memory, int op, int size, long address, long value, long r0) {
        synchronized (LOCK) {
            long old = load(memory, size, address);
            if (op == 0x100) {
                return old;
            }
            boolean same = size == 8 ? old == r0 : (int) old == (int) r0;
            long now = switch (op) {
                case 0x00, 0x01 -> old + value;
                case 0x40, 0x41 -> old | value;
                case 0x50, 0x51 -> old & value;
                case 0xa0, 0xa1 -> old ^ value;
                case 0xf1 -> same ? value : old;
                default -> value;
            };
            store(memory, size, address, now);
            return old;
        }
    }

    private static long load(MemorySegment memory, int size, long address) {
        return switch (size) {
            case 2 -> SlabAccess.load16(memory, address);
            case 4 -> SlabAccess.load32(memory, address);
            default -> SlabAccess.load64(memory, address);
        };
    }

    private static void store(MemorySegment memory, int size, long address, long value) {
        switch (size) {
            case 2 -> SlabAccess.store16(memory, address, value);
            case 4 -> SlabAccess.store32(memory, address, value);
            default -> SlabAccess.store64(memory, address, value);
        }
    }
}
