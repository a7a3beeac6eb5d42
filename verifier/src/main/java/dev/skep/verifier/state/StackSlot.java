package dev.skep.verifier.state;

/**
 * Eight bytes of stack. Immutable.
 *
 * <p><em>Shape</em>: one kind per byte, 4 bits each in {@code kinds}; byte 0 is the lowest address. {@code reg} is the
 * spilled value when byte 0's kind is {@code SPILL} (a full spill has eight such bytes), else null. {@code object}
 * describes a dynptr, iterator or irq flag.
 */
public final class StackSlot {
    public static final int INVALID = 0;
    public static final int SPILL = 1;
    public static final int MISC = 2;
    public static final int ZERO = 3;
    public static final int DYNPTR = 4;
    public static final int ITER = 5;
    public static final int IRQ_FLAG = 6;

    public static final StackSlot EMPTY = new StackSlot(0, null, null);
    public static final StackSlot ALL_MISC = new StackSlot(0x2222_2222, null, null);
    public static final StackSlot ALL_ZERO = new StackSlot(0x3333_3333, null, null);

    public final int kinds;
    public final RegState reg;
    public final SlotObject object;

    private StackSlot(int kinds, RegState reg, SlotObject object) {
        this.kinds = kinds;
        this.reg = reg;
        this.object = object;
    }

    /** A slot of plain bytes. */
    public static StackSlot bytes(int kinds) {
        return switch (kinds) {
            case 0 -> EMPTY;
            case 0x2222_2222 -> ALL_MISC;
            case 0x3333_3333 -> ALL_ZERO;
            default -> new StackSlot(kinds, null, null);
        };
    }

    /** A slot that holds a spilled register; {@code kinds} says which bytes. */
    public static StackSlot spill(int kinds, RegState reg) {
        return new StackSlot(kinds, reg, null);
    }

    /** A full spill. */
    public static StackSlot spill(RegState reg) {
        return new StackSlot(0x1111_1111, reg, null);
    }

    /** Half a dynptr, (part of) an iterator, or an irq flag. */
    public static StackSlot object(int kind, SlotObject object) {
        return new StackSlot(kind * 0x1111_1111, null, object);
    }

    public int kind(int byteIndex) {
        return kinds >>> (byteIndex * 4) & 0xf;
    }

    /** {@code kinds} with one byte changed. */
    public static int setKind(int kinds, int byteIndex, int kind) {
        return kinds & ~(0xf << (byteIndex * 4)) | kind << (byteIndex * 4);
    }

    /** True when some register is spilled here, wholly or in part (its low-address bytes). */
    public boolean isSpill() {
        return reg != null;
    }

    /** True when all eight bytes are a spilled register. */
    public boolean isFullSpill() {
        return kinds == 0x1111_1111;
    }

    public StackSlot withReg(RegState newReg) {
        return newReg == reg ? this : new StackSlot(kinds, newReg, object);
    }

    public StackSlot withObject(SlotObject newObject) {
        return new StackSlot(kinds, reg, newObject);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof StackSlot that
                        && kinds == that.kinds
                        && java.util.Objects.equals(reg, that.reg)
                        && java.util.Objects.equals(object, that.object);
    }

    @Override
    public int hashCode() {
        return kinds;
    }
}
