package dev.skep.conformance.random;

/** Statements on the function's own stack: spills, fills, narrow and variable accesses. */
final class Spills {
    private Spills() {}

    static boolean spill(Gen g) {
        int r = g.find(h -> !(h instanceof Held.Nothing));
        int slot = g.rng.below(Believed.SPILLS);
        if (r < 0 || (g.now.keptSlots >> slot & 1) != 0) {
            return false;
        }
        boolean number = g.now.regs[r] instanceof Held.Number;
        int size = number && g.rng.chance(0.3) ? g.rng.size() : 8;
        int offset = -8 * (slot + 1) + (size < 8 && g.rng.chance(0.4) ? size * g.rng.below(8 / size) : 0);
        g.code.store(size, 10, offset, r);
        g.now.slots[slot] = size == 8 ? g.now.regs[r] : Held.ANY;
        return true;
    }

    static boolean fill(Gen g) {
        int from = g.rng.below(Believed.SPILLS);
        for (int i = 0; i < Believed.SPILLS; i++) {
            int slot = (from + i) % Believed.SPILLS;
            Held held = g.now.slots[slot];
            if (held instanceof Held.Nothing && !g.wild()) {
                continue;
            }
            boolean number = held instanceof Held.Number;
            int size = number && g.rng.chance(0.3) ? g.rng.size() : 8;
            int d = g.dest();
            int offset = -8 * (slot + 1) + (size < 8 && g.rng.chance(0.4) ? size * g.rng.below(8 / size) : 0);
            boolean signed = number && size < 8 && g.rng.chance(0.2);
            g.code.add((signed ? 0x81 : 0x61) | CodeBuilder.sizeBits(size), d, 10, offset, 0);
            g.set(d, size == 8 ? held : Held.ANY);
            return true;
        }
        return false;
    }

    /** A narrow or variable access somewhere in the spill area. */
    static boolean stackAccess(Gen g) {
        int slot = g.rng.below(Believed.SPILLS);
        if ((g.now.keptSlots >> slot & 1) != 0
                || !(g.now.slots[slot] instanceof Held.Number) && !(g.now.slots[slot] instanceof Held.Nothing)) {
            return false;
        }
        int size = g.rng.size();
        int offset = -8 * (slot + 1) + size * g.rng.below(8 / size);
        switch (g.rng.below(4)) {
            case 0 -> g.code.storeImm(size, 10, offset, g.rng.chance(0.5) ? 0 : g.rng.imm());
            case 1 -> g.code.store(size, 10, offset, g.number());
            case 2 -> {
                if (g.now.slots[slot] instanceof Held.Nothing && g.plain) {
                    return false;
                }
                int d = g.dest();
                g.code.load(size, d, 10, offset);
                g.set(d, Held.ANY);
                return true;
            }
            default -> {
                return variable(g);
            }
        }
        g.now.slots[slot] = size == 8 ? Held.ANY : g.now.slots[slot] instanceof Held.Nothing ? Held.NOTHING : Held.ANY;
        return true;
    }

    /** An access at an offset that is not known. */
    private static boolean variable(Gen g) {
        if (g.plain || g.now.keptSlots != 0) {
            return false;
        }
        int slots = 1 + g.rng.below(4);
        int first = slots + g.rng.below(Believed.SPILLS - slots);
        for (int s = first - slots; s < first; s++) {
            if (!(g.now.slots[s] instanceof Held.Number) && !(g.now.slots[s] instanceof Held.Nothing)) {
                return false;
            }
        }
        int n = Numbers.bounded(g, 8 * slots - 1);
        int d = g.destNot(n);
        g.code.mov(d, 10);
        g.code.alu(0x00, d, -8 * first);
        g.code.aluReg(0x00, d, n);
        if (g.rng.chance(0.5)) {
            g.code.load(1, d, d, 0);
            g.set(d, new Held.Number(255));
        } else if (g.rng.chance(0.5)) {
            g.code.storeImm(1, d, 0, g.rng.pick(0, 0, 1));
        } else {
            g.code.store(1, d, 0, g.number());
        }
        return true;
    }
}
