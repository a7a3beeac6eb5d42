package dev.skep.conformance.random;

import dev.skep.object.uapi.ProgramType;

/** Statements that move pointers, and load and store through them. */
final class Accesses {
    private static final int[] ATOMICS = {0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1, 0x100, 0x110};

    private Accesses() {}

    /** d = a plain number of the context, where there is a context with one. */
    static boolean loadContextNumber(Gen g, int d) {
        int c = g.find(h -> h instanceof Held.Context);
        if (c < 0) {
            return false;
        }
        int size = 4;
        int offset;
        switch (g.type) {
            case XDP -> offset = g.rng.pick(12, 16);
            case SCHED_CLS -> offset = g.rng.pick(0, 4, 8, 12, 16, 20, 24, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68);
            case SOCKET_FILTER, CGROUP_SKB -> offset = g.rng.pick(0, 4, 8, 12, 16, 20, 24, 36, 40, 48, 52, 56);
            case KPROBE, PERF_EVENT -> {
                size = 8;
                offset = 8 * g.rng.below(20);
            }
            default -> {
                size = 8;
                offset = 8 * g.rng.below(4);
            }
        }
        if (size == 4 && g.rng.chance(0.2)) {
            size = g.rng.pick(1, 2);
        }
        if (g.wild()) {
            offset += g.rng.pick(1, 2, 4, -4);
        }
        g.code.load(size, d, c, offset);
        g.set(d, size == 8 ? Held.ANY : new Held.Number((1L << 8 * size) - 1));
        return true;
    }

    /** Stores to a writable field of the context. */
    static boolean storeContext(Gen g) {
        int c = g.find(h -> h instanceof Held.Context);
        if (c < 0 || !g.isSkb()) {
            return false;
        }
        int offset = 48 + 4 * g.rng.below(5);
        if (g.rng.chance(0.5)) {
            g.code.storeImm(4, c, offset, g.rng.imm());
        } else {
            g.code.store(4, c, offset, g.number());
        }
        return true;
    }

    /** One access through some pointer. */
    static boolean access(Gen g) {
        int p = g.wild() ? g.rng.below(11) : g.find(Accesses::accessible);
        if (p < 0) {
            return Spills.stackAccess(g);
        }
        int size = g.rng.size();
        int low = 0;
        int high;
        boolean readOnly = false;
        switch (g.now.regs[p]) {
            case Held.Memory m -> {
                high = m.size() - m.offset() - size;
                low = m.offset() == 0 || g.rng.chance(0.8) ? 0 : -Math.min(8, m.offset());
                readOnly = m.readOnly();
            }
            case Held.Packet k -> high = k.range() - size;
            case Held.Stack s -> high = Math.min(16, -s.offset() - size);
            default -> high = 8;
        }
        if (high < low) {
            size = 1;
            high = Math.max(low, high);
        }
        int offset = g.wild() ? g.rng.between(low - 8, high + 8) : g.rng.between(low, high);
        if (g.now.regs[p] instanceof Held.Stack && g.rng.chance(0.9)) {
            offset &= -size;
        }
        return loadOrStore(g, p, size, offset, readOnly);
    }

    private static boolean accessible(Held h) {
        return switch (h) {
            case Held.Memory m -> !m.maybeNull() && m.offset() < m.size();
            case Held.Packet k -> k.range() > 0;
            case Held.Stack s -> s.offset() < 0;
            default -> false;
        };
    }

    private static boolean loadOrStore(Gen g, int p, int size, int offset, boolean readOnly) {
        boolean writable = !readOnly && !(g.now.regs[p] instanceof Held.Packet && g.type == ProgramType.CGROUP_SKB);
        if (g.now.regs[p] instanceof Held.Stack s && s.up() == 0 && s.offset() + offset >= -8 * Believed.SPILLS) {
            writable = false;
        }
        switch (g.rng.below(writable || g.wild() ? 8 : 4)) {
            case 0, 1, 2 -> {
                int d = g.dest();
                g.code.load(size, d, p, offset);
                g.set(d, size == 8 ? Held.ANY : new Held.Number((1L << 8 * size) - 1));
            }
            case 3 -> {
                int d = g.dest();
                g.code.add((size == 8 ? 0x61 : 0x81) | CodeBuilder.sizeBits(size), d, p, offset, 0);
                g.set(d, Held.ANY);
            }
            case 4, 5 -> g.code.store(size, p, offset, g.number());
            case 6 -> g.code.storeImm(size, p, offset, g.rng.imm());
            default -> atomic(g, p, size, offset);
        }
        return true;
    }

    private static void atomic(Gen g, int p, int size, int offset) {
        int width = size == 8 ? 8 : 4;
        int operation = g.rng.pick(ATOMICS);
        int at = g.rng.chance(0.9) ? offset & -width : offset;
        int s = g.number();
        if (operation == 0xf1 && !(g.now.regs[0] instanceof Held.Number) && !g.wild()) {
            if ((g.now.kept & 1) != 0 || p == 0 || s == 0) {
                return;
            }
            g.code.movImm(0, g.rng.below(3));
            g.set(0, Held.ANY);
        }
        if (operation == 0x100) {
            int d = g.dest();
            g.code.add(0xc3 | CodeBuilder.sizeBits(width), d, p, at, operation);
            g.set(d, Held.ANY);
            return;
        }
        if ((operation & 1) != 0 && operation != 0xf1 && (s > 9 || (g.now.kept >> s & 1) != 0)) {
            operation = 0;
        }
        g.code.add(0xc3 | CodeBuilder.sizeBits(width), p, s, at, operation);
        if ((operation & 1) != 0) {
            g.set(operation == 0xf1 ? 0 : s, Held.ANY);
        }
    }

    /** Moves a copy of a pointer, by a constant or by a bounded number. */
    static boolean movePointer(Gen g) {
        int p = g.find(h -> h instanceof Held.Memory m && !m.maybeNull() && m.offset() < m.size()
                || h instanceof Held.Packet
                || h instanceof Held.Stack);
        if (p < 0) {
            return false;
        }
        Held held = g.now.regs[p];
        int room = switch (held) {
            case Held.Memory m -> m.size() - m.offset() - 1;
            case Held.Packet k -> k.range() > 1 && g.rng.chance(0.7) ? k.range() - 1 : 64;
            case Held.Stack s -> Math.max(0, -s.offset() - 1);
            default -> 0;
        };
        if (g.rng.chance(0.4)) {
            int by = g.wild() ? g.rng.imm() : g.rng.below(room + 1);
            if (held instanceof Held.Stack && g.rng.chance(0.8)) {
                by &= -8;
            }
            int d = g.destNot(p);
            g.code.mov(d, p);
            g.code.alu(0x00, d, by);
            g.set(d, moved(held, by));
            return true;
        }
        if (held instanceof Held.Stack s && (g.plain || s.offset() > -8)) {
            return false;
        }
        int span = g.rng.chance(0.5) ? room : g.rng.below(room + 1);
        int n = Numbers.bounded(g, span);
        if (n == p) {
            return false;
        }
        int d = g.destNot(p, n);
        boolean swapped = g.rng.chance(0.3);
        g.code.mov(d, swapped ? n : p);
        g.code.aluReg(0x00, d, swapped ? p : n);
        g.set(d, held instanceof Held.Packet k ? new Held.Packet(g.newBase(), 0, 0) : moved(held, span));
        return true;
    }

    private static Held moved(Held held, int by) {
        return switch (held) {
            case Held.Memory m -> m.moved(by);
            case Held.Packet k -> new Held.Packet(k.base(), k.offset() + by, k.range() - by);
            case Held.Stack s -> new Held.Stack(s.offset() + by, s.up());
            default -> held;
        };
    }
}
