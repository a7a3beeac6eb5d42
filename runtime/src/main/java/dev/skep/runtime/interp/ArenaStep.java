package dev.skep.runtime.interp;

import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.ArenaMap;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Accesses through arena pointers, which the verifier does not bound: where the program's arena has no page, loads read
 * zero and stores do nothing. The low 32 bits of the pointer count. For the interpreter and generated code.
 */
public final class ArenaStep {
    private ArenaStep() {}

    /** True when the access lies in pages that are allocated. */
    private static boolean holds(RunContext cx, long address, int bytes) {
        ArenaMap arena = cx.program().arena();
        return arena != null && arena.holds(address, bytes);
    }

    private static long address(long base, long offset) {
        return (base & 0xffff_ffffL) + offset;
    }

    /** A load; {@code kind} is 1, 2, 4 or 8 bytes, plus {@link Operations#SIGNED}. */
    public static long load(RunContext cx, long base, long offset, int kind) {
        long address = address(base, offset);
        return holds(cx, address, kind & ~Operations.SIGNED) ? Operations.probe(cx.memory(), address, kind) : 0;
    }

    public static void store(RunContext cx, long base, long offset, int size, long value) {
        long address = address(base, offset);
        if (!holds(cx, address, size)) {
            return;
        }
        MemorySegment m = cx.memory();
        switch (size) {
            case 1 -> SlabAccess.store8(m, address, value);
            case 2 -> SlabAccess.store16(m, address, value);
            case 4 -> SlabAccess.store32(m, address, value);
            default -> SlabAccess.store64(m, address, value);
        }
    }

    /** An atomic operation, as {@link AtomicStep#apply}; 0 where there is no page. */
    public static long atomic(RunContext cx, int op, int size, long base, long offset, long value, long r0) {
        long address = address(base, offset);
        return holds(cx, address, size) && address % size == 0
                ? AtomicStep.apply(cx.memory(), op, size, address, value, r0)
                : 0;
    }

    /** Runs one decoded instruction on the interpreter's registers. */
    static void step(RunContext cx, long[] r, long word, long imm) {
        int op = (int) word >>> 16 & 0xff;
        int d = Op.dst(word);
        int s = Op.src(word);
        long offset = Op.high(word);
        if (op == Op.ATOMIC) {
            int code = (int) imm & 0xffff;
            int base = code == 0x100 ? s : d;
            long old = atomic(cx, code, (int) imm >>> 16, r[base], offset, r[s], r[0]);
            if (code == 0xf1) {
                r[0] = old;
            } else if (code == 0x100) {
                r[d] = old;
            } else if ((code & 1) != 0) {
                r[s] = old;
            }
        } else if (op >= Op.STORE8_IMM && op <= Op.STORE64_IMM) {
            store(cx, r[d], offset, 1 << op - Op.STORE8_IMM, imm);
        } else if (op >= Op.STORE8 && op <= Op.STORE64) {
            store(cx, r[d], offset, 1 << op - Op.STORE8, r[s]);
        } else {
            r[d] = load(cx, r[s], offset, (int) imm);
        }
    }
}
