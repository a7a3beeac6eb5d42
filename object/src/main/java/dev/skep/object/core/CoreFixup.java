package dev.skep.object.core;

import dev.skep.object.isa.Slot;

/**
 * The outcome of one CO-RE relocation, and how it changes an instruction.
 *
 * <p><em>Shape</em>: the value goes into the immediate of an ALU instruction, the offset of a load or store, or both
 * halves of a 64-bit load. A load whose field has another size in the target gets that size, where that keeps the
 * value: for pointers and unsigned integers.
 *
 * @param expected what the compiler put into the instruction
 * @param value what to put in its place
 * @param check the instruction must hold {@code expected}
 * @param poison nothing in the target answers; the instruction must never run
 * @param oldSize bytes of the field here, 0 if sizes do not matter
 * @param newSize bytes of the field in the target
 * @param sizesFit a load may take on {@code newSize}
 */
record CoreFixup(long expected, long value, boolean check, boolean poison, int oldSize, int newSize, boolean sizesFit) {
    /** Poisons the instruction or changes it in place; true if it is poisoned. */
    boolean apply(long[] slots, int at) throws CoreException {
        long insn = slots[at];
        int opcode = Slot.opcode(insn);
        return switch (opcode & 0x07) {
            case 0x04, 0x07 -> applyToImmediate(slots, at, opcode);
            case 0x01, 0x02, 0x03 -> applyToOffset(slots, at, opcode);
            case 0x00 -> applyToLoad64(slots, at);
            default -> throw new CoreException("instruction must be arithmetic, a load or a store: opcode=" + opcode);
        };
    }

    private boolean applyToImmediate(long[] slots, int at, int opcode) throws CoreException {
        if ((opcode & 0x08) != 0) {
            throw new CoreException("instruction must have an immediate: opcode=" + opcode);
        }
        if (poison) {
            return poison(slots, at, 1);
        }
        require(Slot.imm(slots[at]));
        slots[at] = Slot.withImm(slots[at], (int) value);
        return false;
    }

    private boolean applyToOffset(long[] slots, int at, int opcode) throws CoreException {
        if (poison) {
            return poison(slots, at, 1);
        }
        require(Slot.offset(slots[at]));
        if (Long.compareUnsigned(value, Short.MAX_VALUE) > 0) {
            throw new CoreException("offset must fit in 16 bits: offset=" + Long.toUnsignedString(value));
        }
        if (!sizesFit) {
            return poison(slots, at, 1);
        }
        slots[at] = Slot.withOffset(slots[at], (int) value);
        if (oldSize != newSize) {
            int size = SIZES[opcode >> 3 & 3];
            int code = switch (newSize) {
                case 1 -> 0x10;
                case 2 -> 0x08;
                case 4 -> 0x00;
                case 8 -> 0x18;
                default -> -1;
            };
            if (size != oldSize || code < 0) {
                throw new CoreException(
                        "load must have the field's size: load=" + size + " field=" + oldSize + " target=" + newSize);
            }
            slots[at] = slots[at] & ~0x18L | code;
        }
        return false;
    }

    private static final int[] SIZES = {4, 2, 1, 8};

    private boolean applyToLoad64(long[] slots, int at) throws CoreException {
        boolean whole =
                (slots[at] & 0xffff_f0ffL) == 0x18 && at + 1 < slots.length && (slots[at + 1] & 0xffff_ffffL) == 0;
        if (!whole) {
            throw new CoreException("64-bit load must be plain");
        }
        if (poison) {
            return poison(slots, at, 2);
        }
        require(Slot.imm(slots[at]) & 0xffff_ffffL | (long) Slot.imm(slots[at + 1]) << 32);
        slots[at] = Slot.withImm(slots[at], (int) value);
        slots[at + 1] = Slot.withImm(slots[at + 1], (int) (value >>> 32));
        return false;
    }

    private void require(long actual) throws CoreException {
        if (check && actual != expected) {
            throw new CoreException("instruction must hold the local value: value=" + actual + " local=" + expected);
        }
    }

    private static boolean poison(long[] slots, int at, int count) {
        for (int i = 0; i < count; i++) {
            slots[at + i] = Slot.of(0x85, 0, 0, 0, CoreRelocator.POISON);
        }
        return true;
    }
}
