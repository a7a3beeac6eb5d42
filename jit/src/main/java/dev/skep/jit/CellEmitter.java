package dev.skep.jit;

import dev.skep.object.isa.Instruction;
import java.lang.classfile.CodeBuilder;

/** Loads and stores of stack bytes that are locals. */
final class CellEmitter {
    private CellEmitter() {}

    /** Pushes what a load of a cell's bytes gives. */
    static void load(Emission e, StackLocals.Cell cell, int offset, Instruction.Load l) {
        CodeBuilder b = e.b;
        e.load(Locals.variable(cell));
        int shift = 8 * (offset - cell.offset());
        if (shift != 0) {
            b.loadConstant(shift).lushr();
        }
        if (l.signed()) {
            switch (l.size()) {
                case 1 -> b.l2i().i2b().i2l();
                case 2 -> b.l2i().i2s().i2l();
                case 4 -> b.l2i().i2l();
                default -> {}
            }
        } else if (shift / 8 + l.size() < cell.bytes()) {
            b.loadConstant(mask(l.size())).land();
        }
    }

    /** Pops a value into a cell's bytes. */
    static void store(Emission e, StackLocals.Cell cell, int offset, int size) {
        CodeBuilder b = e.b;
        int shift = 8 * (offset - cell.offset());
        if (size < 8) {
            b.loadConstant(mask(size)).land();
        }
        if (size < cell.bytes()) {
            if (shift != 0) {
                b.loadConstant(shift).lshl();
            }
            e.load(Locals.variable(cell));
            b.loadConstant(~(mask(size) << shift)).land().lor();
        }
        e.store(Locals.variable(cell));
    }

    private static long mask(int size) {
        return size == 8 ? -1 : (1L << 8 * size) - 1;
    }
}
