package dev.skep.object.isa;

import java.util.Arrays;

/**
 * An immutable instruction stream: the slots and their decoded form.
 *
 * <p><em>Shape</em>: {@link #size()} slots; {@link #at} gives the instruction that starts at a slot. The second slot
 * of a {@link Instruction.LoadImm64} has no instruction of its own: {@link #at} returns null there. A first half
 * without a well-formed second half (not all zero but for the immediate, or missing) decodes to {@link
 * Instruction.Undefined}.
 *
 * <p><em>Units</em>: all indexes count slots.
 */
public final class BpfCode {
    private final long[] slots;
    private final Instruction[] decoded;

    private BpfCode(long[] slots) {
        this.slots = slots;
        this.decoded = InstructionDecoder.decodeAll(slots);
    }

    /** The stream with these slots; the array is copied. */
    public static BpfCode of(long... slots) {
        return new BpfCode(slots.clone());
    }

    public int size() {
        return slots.length;
    }

    public long slot(int index) {
        return slots[index];
    }

    /** The instruction that starts at {@code index}; null on the second half of a two-slot load. */
    public Instruction at(int index) {
        return decoded[index];
    }

    /** The number of slots that the instruction at {@code index} takes: 1, or 2 for a well-formed 64-bit load. */
    public int width(int index) {
        return decoded[index] instanceof Instruction.LoadImm64 ? 2 : 1;
    }

    public long[] toSlots() {
        return slots.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BpfCode that && Arrays.equals(slots, that.slots);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(slots);
    }
}
