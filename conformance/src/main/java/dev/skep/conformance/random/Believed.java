package dev.skep.conformance.random;

import java.util.Arrays;

/** The generator's picture of one function's registers and stack at one place. */
final class Believed {
    /** Slots of the stack that numbers and pointers are spilled to: -8 to -8 * SPILLS. */
    static final int SPILLS = 12;

    final Held[] regs = new Held[11];
    final Held[] slots = new Held[SPILLS];
    /** Registers that must keep what they hold, one bit each. */
    int kept;
    /** Slots that must keep what they hold, one bit each. */
    int keptSlots;
    /** Next free byte below the spill area, for keys, buffers, dynptrs and iterators. */
    int low = -8 * SPILLS;

    boolean rcu;
    boolean locked;

    Believed() {
        Arrays.fill(regs, Held.NOTHING);
        Arrays.fill(slots, Held.NOTHING);
        regs[10] = new Held.Stack(0, 0);
    }

    Believed copy() {
        Believed b = new Believed();
        System.arraycopy(regs, 0, b.regs, 0, regs.length);
        System.arraycopy(slots, 0, b.slots, 0, slots.length);
        b.kept = kept;
        b.keptSlots = keptSlots;
        b.low = low;
        b.rcu = rcu;
        b.locked = locked;
        return b;
    }

    /** What holds on both ways. */
    void join(Believed other) {
        for (int i = 0; i < regs.length; i++) {
            regs[i] = join(regs[i], other.regs[i]);
        }
        for (int i = 0; i < slots.length; i++) {
            slots[i] = join(slots[i], other.slots[i]);
        }
        low = Math.min(low, other.low);
    }

    private static Held join(Held a, Held b) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Held.Number x && b instanceof Held.Number y) {
            return x.max() < 0 || y.max() < 0 ? Held.ANY : new Held.Number(Math.max(x.max(), y.max()));
        }
        return Held.NOTHING;
    }

    void afterCall() {
        Arrays.fill(regs, 0, 6, Held.NOTHING);
    }

    /** Packet addresses are worth nothing after the packet has changed. */
    void packetChanged() {
        for (int i = 0; i < regs.length; i++) {
            if (regs[i] instanceof Held.Packet
                    || regs[i] instanceof Held.PacketEnd
                    || regs[i] instanceof Held.PacketMeta) {
                regs[i] = Held.ANY;
            }
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] instanceof Held.Packet
                    || slots[i] instanceof Held.PacketEnd
                    || slots[i] instanceof Held.PacketMeta) {
                slots[i] = Held.ANY;
            }
        }
    }
}
