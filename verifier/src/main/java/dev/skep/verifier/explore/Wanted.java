package dev.skep.verifier.explore;

import java.util.Arrays;

/**
 * The registers and stack slots whose values a backwards walk is looking for, by frame.
 *
 * <p><em>Shape</em>: one register mask and one slot mask per frame; {@link #frame} is the frame of the instruction
 * being looked at.
 */
final class Wanted {
    static final int MAX_FRAMES = 8;
    static final int ARGUMENTS = 0b11_1110;

    final int[] regs = new int[MAX_FRAMES];
    final long[] slots = new long[MAX_FRAMES];
    int frame;

    void reset(int newFrame) {
        Arrays.fill(regs, 0);
        Arrays.fill(slots, 0);
        frame = newFrame;
    }

    boolean isEmpty() {
        for (int f = frame; f >= 0; f--) {
            if (regs[f] != 0 || slots[f] != 0) {
                return false;
            }
        }
        return true;
    }

    boolean has(int reg) {
        return (regs[frame] >>> reg & 1) != 0;
    }

    void add(int reg) {
        regs[frame] |= 1 << reg;
    }

    void remove(int reg) {
        regs[frame] &= ~(1 << reg);
    }

    int current() {
        return regs[frame];
    }

    long currentSlots() {
        return slots[frame];
    }

    boolean hasSlot(int f, int spi) {
        return (slots[f] >>> spi & 1) != 0;
    }

    void addSlot(int f, int spi) {
        slots[f] |= 1L << spi;
    }

    void removeSlot(int f, int spi) {
        slots[f] &= ~(1L << spi);
    }

    /** {@code r1,r9}. */
    static String registers(int mask) {
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < 11; r++) {
            if ((mask >>> r & 1) != 0) {
                text.append(text.isEmpty() ? "r" : ",r").append(r);
            }
        }
        return text.toString();
    }

    /** {@code -8,-16}. */
    static String slots(long mask) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 64; i++) {
            if ((mask >>> i & 1) != 0) {
                text.append(text.isEmpty() ? "" : ",").append(-8 * (i + 1));
            }
        }
        return text.toString();
    }
}
