package dev.skep.conformance.random;

/** Statements that make, change and bound numbers. */
final class Numbers {
    private static final int[] ALU = {0x00, 0x10, 0x20, 0x40, 0x50, 0xa0};
    private static final int[] SHIFTS = {0x60, 0x70, 0xc0};

    private Numbers() {}

    /** A register with a new number. */
    static int fresh(Gen g) {
        int d = g.dest();
        fresh(g, d);
        return d;
    }

    static void fresh(Gen g, int d) {
        switch (g.rng.below(10)) {
            case 0, 1, 2, 3 -> constant(g, d);
            case 4, 5, 6 -> {
                if (!Accesses.loadContextNumber(g, d)) {
                    constant(g, d);
                }
            }
            case 7 -> {
                int slot = spilledNumber(g);
                if (slot >= 0) {
                    g.code.load(8, d, 10, -8 * (slot + 1));
                    g.set(d, g.now.slots[slot]);
                } else {
                    constant(g, d);
                }
            }
            default -> {
                int m = g.find(h -> h instanceof Held.Memory b && !b.maybeNull() && b.size() - b.offset() >= 8);
                if (m >= 0) {
                    int size = g.rng.size();
                    g.code.load(size, d, m, 0);
                    g.set(d, size == 8 ? Held.ANY : new Held.Number((1L << 8 * size) - 1));
                } else if (g.callable() && d == 0) {
                    g.callHelper(g.rng.pick(5, 7, 8));
                    g.set(0, Held.ANY);
                } else {
                    constant(g, d);
                }
            }
        }
    }

    private static int spilledNumber(Gen g) {
        int from = g.rng.below(Believed.SPILLS);
        for (int i = 0; i < Believed.SPILLS; i++) {
            int s = (from + i) % Believed.SPILLS;
            if (g.now.slots[s] instanceof Held.Number) {
                return s;
            }
        }
        return -1;
    }

    private static void constant(Gen g, int d) {
        long v = g.rng.value();
        if (v != (int) v) {
            g.code.load64(d, 0, (int) v, (int) (v >> 32));
        } else {
            g.code.add(g.rng.chance(0.8) ? 0xb7 : 0xb4, d, 0, 0, (int) v);
        }
        g.set(d, v >= 0 ? new Held.Number(v) : Held.ANY);
    }

    /** One operation on a number that may be lost. */
    static boolean arithmetic(Gen g) {
        int d = g.find(h -> h instanceof Held.Number);
        if (d < 0 || (g.now.kept >> d & 1) != 0) {
            d = fresh(g);
        }
        int wide = g.rng.chance(0.7) ? 0x07 : 0x04;
        switch (g.rng.below(12)) {
            case 0, 1, 2, 3 -> g.code.add(g.rng.pick(ALU) | wide, d, 0, 0, g.rng.imm());
            case 4, 5, 6 -> g.code.add(g.rng.pick(ALU) | wide | 8, d, g.number(), 0, 0);
            case 7 -> g.code.add(g.rng.pick(SHIFTS) | wide, d, 0, 0, g.rng.below(wide == 4 ? 32 : 64));
            case 8 -> shiftOrDivide(g, d, wide);
            case 9 -> g.code.add(g.rng.pick(0x84, 0x87), d, 0, 0, 0);
            case 10 -> g.code.add(g.rng.pick(0xd4, 0xdc, 0xd7), d, 0, 0, g.rng.pick(16, 32, 64));
            default -> {
                int s = g.number();
                int offset = g.rng.pick(0, 0, 8, 16, 32);
                g.code.add(wide == 4 ? 0xbc : 0xbf, d, s, wide == 4 && offset == 32 ? 16 : offset, 0);
                g.set(d, offset == 0 && wide == 7 ? g.now.regs[Math.min(s, 9)] : Held.ANY);
                return true;
            }
        }
        g.set(d, Held.ANY);
        return true;
    }

    private static void shiftOrDivide(Gen g, int d, int wide) {
        int operation = g.rng.pick(0x30, 0x90, 0x60, 0x70, 0xc0);
        boolean division = operation == 0x30 || operation == 0x90;
        int offset = division && g.rng.chance(0.3) ? 1 : 0;
        if (g.rng.chance(0.5)) {
            g.code.add(operation | wide | 8, d, g.number(), offset, 0);
        } else {
            int k = division ? Math.max(1, g.rng.imm()) : g.rng.below(32);
            g.code.add(operation | wide, d, 0, offset, k);
        }
    }

    /** Copies a number or pointer to another register. */
    static boolean copy(Gen g) {
        int s = g.find(h -> !(h instanceof Held.Nothing));
        if (s < 0) {
            return false;
        }
        int d = g.destNot(s);
        g.code.mov(d, s);
        g.set(d, g.now.regs[s]);
        return true;
    }

    /** A register with a number from 0 to {@code max}, proved in one of many ways. */
    static int bounded(Gen g, int max) {
        int s = g.number();
        int d = g.destNot(s);
        g.code.add(g.rng.chance(0.85) ? 0xbf : 0xbc, d, s, 0, 0);
        boolean direct = g.rng.chance(0.3) && s < 10 && (g.now.kept >> s & 1) == 0;
        int b = direct ? s : d;
        bound(g, b, d, Math.max(0, max));
        g.set(b, new Held.Number(Math.max(0, max)));
        if (direct && g.now.regs[d] instanceof Held.Nothing) {
            g.set(d, Held.ANY);
        }
        return b;
    }

    private static void bound(Gen g, int b, int other, int max) {
        int limit = g.wild() ? max + g.rng.pick(-1, 1, 8, 64) : max;
        int bits = 32 - Integer.numberOfLeadingZeros(limit);
        int mask = limit < 0 ? 0 : (limit + 1 & limit) == 0 ? limit : (1 << Math.max(0, bits - 1)) - 1;
        CodeBuilder c = g.code;
        switch (g.rng.below(13)) {
            case 0, 1 -> c.alu(0x50, b, mask);
            case 2 -> c.add(0x54, b, 0, 0, mask);
            case 3 -> c.alu(0x70, b, Math.min(63, 64 - Integer.bitCount(mask)));
            case 4, 5 -> c.jump(0x25, b, 0, limit, g.bail);
            case 6 -> c.jump(0x35, b, 0, limit + 1, g.bail);
            case 7 -> {
                c.jump(0x65, b, 0, limit, g.bail);
                c.jump(g.rng.pick(0xc5, 0xc5, 0xd5), b, 0, 0, g.bail);
            }
            case 8 -> {
                c.add(0xbc, b, b, 0, 0);
                c.jump(g.rng.pick(0x26, 0x25, 0x66), b, 0, limit, g.bail);
                if (g.rng.chance(0.3)) {
                    c.jump(0xc6, b, 0, 0, g.bail);
                }
            }
            case 9 -> {
                int ok = c.label();
                c.jump(g.rng.pick(0xb5, 0xa5), b, 0, limit, ok);
                c.movImm(b, g.rng.below(limit + 1 > 0 ? limit + 1 : 1));
                c.bind(ok);
            }
            case 10 -> {
                int k = g.destNot(b, other);
                c.movImm(k, limit);
                c.jump(g.rng.pick(0x2d, 0x2d, 0x2e), b, k, 0, g.bail);
                g.set(k, new Held.Number(limit));
            }
            case 11 -> {
                int k = g.destNot(b, other);
                c.movImm(k, limit);
                c.jump(g.rng.pick(0xad, 0xad, 0xcd), k, b, 0, g.bail);
                g.set(k, new Held.Number(limit));
                if (g.rng.chance(0.5)) {
                    c.jump(0xc5, b, 0, 0, g.bail);
                }
            }
            default -> {
                c.alu(0x50, b, mask);
                c.alu(0x40, b, 0);
                c.alu(0x60, b, 1);
                c.alu(g.rng.pick(0x70, 0xc0), b, 1);
            }
        }
    }
}
