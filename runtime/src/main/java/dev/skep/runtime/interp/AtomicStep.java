package dev.skep.runtime.interp;

import dev.skep.object.isa.AtomicOp;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Atomic instructions. {@link #apply} says what each does to memory and which value comes back; the register it lands
 * in is the engine's business: the source register for fetches, R0 for {@code CMPXCHG}, the destination for {@code
 * LOAD_ACQUIRE}.
 */
public final class AtomicStep {
    private AtomicStep() {}

    /**
     * Runs one operation.
     *
     * @param op {@link AtomicOp#imm()}
     * @param size 4 or 8; 1 and 2 too for load-acquire and store-release
     * @param r0 the value that {@code CMPXCHG} expects
     * @return the old memory value, zero-extended; of no meaning where the operation does not fetch
     */
    public static long apply(MemorySegment memory, int op, int size, long address, long value, long r0) {
        if ((address & size - 1) != 0) {
            return MisalignedAtomics.apply(memory, op, size, address, value, r0);
        }
        return size == 8 ? apply64(memory, op, address, value, r0) : apply32(memory, op, size, address, value, r0);
    }

    private static long apply64(MemorySegment memory, int op, long address, long value, long r0) {
        return switch (op) {
            case 0x00, 0x01 -> SlabAccess.getAndAdd64(memory, address, value);
            case 0x40, 0x41 -> SlabAccess.getAndOr64(memory, address, value);
            case 0x50, 0x51 -> SlabAccess.getAndAnd64(memory, address, value);
            case 0xa0, 0xa1 -> SlabAccess.getAndXor64(memory, address, value);
            case 0xe1 -> SlabAccess.exchange64(memory, address, value);
            case 0xf1 -> SlabAccess.compareExchange64(memory, address, r0, value);
            case 0x100 -> SlabAccess.loadAcquire64(memory, address);
            default -> {
                SlabAccess.storeRelease64(memory, address, value);
                yield 0;
            }
        };
    }

    private static long apply32(MemorySegment memory, int op, int size, long address, long value, long r0) {
        return switch (op) {
            case 0x00, 0x01 -> SlabAccess.getAndAdd32(memory, address, value);
            case 0x40, 0x41 -> SlabAccess.getAndOr32(memory, address, value);
            case 0x50, 0x51 -> SlabAccess.getAndAnd32(memory, address, value);
            case 0xa0, 0xa1 -> SlabAccess.getAndXor32(memory, address, value);
            case 0xe1 -> SlabAccess.exchange32(memory, address, value);
            case 0xf1 -> SlabAccess.compareExchange32(memory, address, r0, value);
            case 0x100 -> loadAcquire(memory, size, address);
            default -> storeRelease(memory, size, address, value);
        };
    }

    private static long loadAcquire(MemorySegment memory, int size, long address) {
        return switch (size) {
            case 1 -> SlabAccess.loadAcquire8(memory, address);
            case 2 -> SlabAccess.loadAcquire16(memory, address);
            default -> SlabAccess.loadAcquire32(memory, address);
        };
    }

    private static long storeRelease(MemorySegment memory, int size, long address, long value) {
        switch (size) {
            case 1 -> SlabAccess.storeRelease8(memory, address, value);
            case 2 -> SlabAccess.storeRelease16(memory, address, value);
            default -> SlabAccess.storeRelease32(memory, address, value);
        }
        return 0;
    }

    /** Runs one decoded instruction on the interpreter's registers. The immediate holds {@code op | size << 16}. */
    static void step(MemorySegment memory, long[] r, long word, int imm) {
        int d = Op.dst(word);
        int s = Op.src(word);
        int op = imm & 0xffff;
        int size = imm >>> 16;
        int base = op == AtomicOp.LOAD_ACQUIRE.imm() ? s : d;
        long old = apply(memory, op, size, r[base] + Op.high(word), r[s], r[0]);
        if (op == AtomicOp.CMPXCHG.imm()) {
            r[0] = old;
        } else if (op == AtomicOp.LOAD_ACQUIRE.imm()) {
            r[d] = old;
        } else if ((op & 1) != 0) {
            r[s] = old;
        }
    }
}
