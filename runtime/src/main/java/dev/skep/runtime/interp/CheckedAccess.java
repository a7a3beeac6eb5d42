package dev.skep.runtime.interp;

import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Memory accesses of programs that run with every access checked against the regions alive at that moment. Slow, for
 * soundness tests.
 */
final class CheckedAccess {
    private CheckedAccess() {}

    static void step(RunContext cx, long[] r, long word, long imm) {
        MemorySegment memory = cx.memory();
        int op = (int) word >>> 16 & 0xff;
        int d = Op.dst(word);
        int s = Op.src(word);
        boolean load = op >= Op.LOAD8 && op <= Op.LOADS32;
        long address = r[load ? s : d] + Op.high(word);
        switch (op) {
            case Op.ATOMIC -> {
                int base = ((int) imm & 0xffff) == 0x100 ? s : d;
                cx.checkAccess(r[base] + Op.high(word), (int) imm >>> 16, true);
                AtomicStep.step(memory, r, word, (int) imm);
                return;
            }
            default -> cx.checkAccess(address, size(op), !load);
        }
        switch (op) {
            case Op.LOAD8 -> r[d] = SlabAccess.load8(memory, address);
            case Op.LOAD16 -> r[d] = SlabAccess.load16(memory, address);
            case Op.LOAD32 -> r[d] = SlabAccess.load32(memory, address);
            case Op.LOAD64 -> r[d] = SlabAccess.load64(memory, address);
            case Op.LOADS8 -> r[d] = SlabAccess.loadSigned8(memory, address);
            case Op.LOADS16 -> r[d] = SlabAccess.loadSigned16(memory, address);
            case Op.LOADS32 -> r[d] = SlabAccess.loadSigned32(memory, address);
            case Op.STORE8 -> SlabAccess.store8(memory, address, r[s]);
            case Op.STORE16 -> SlabAccess.store16(memory, address, r[s]);
            case Op.STORE32 -> SlabAccess.store32(memory, address, r[s]);
            case Op.STORE64 -> SlabAccess.store64(memory, address, r[s]);
            case Op.STORE8_IMM -> SlabAccess.store8(memory, address, imm);
            case Op.STORE16_IMM -> SlabAccess.store16(memory, address, imm);
            case Op.STORE32_IMM -> SlabAccess.store32(memory, address, imm);
            default -> SlabAccess.store64(memory, address, imm);
        }
    }

    private static int size(int op) {
        return switch (op) {
            case Op.LOAD8, Op.LOADS8, Op.STORE8, Op.STORE8_IMM -> 1;
            case Op.LOAD16, Op.LOADS16, Op.STORE16, Op.STORE16_IMM -> 2;
            case Op.LOAD32, Op.LOADS32, Op.STORE32, Op.STORE32_IMM -> 4;
            default -> 8;
        };
    }
}
