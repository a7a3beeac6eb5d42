package dev.skep.conformance.random;

import dev.skep.conformance.random.Held.Memory;

/** Statements on ring buffers. */
final class Rings {
    private Rings() {}

    /** Reserves a record, fills it, submits or discards it. */
    static boolean reserve(Gen g) {
        int keep = g.saved();
        if (!g.callable() || keep < 0 || g.depth >= Gen.MAX_DEPTH || g.plain) {
            return false;
        }
        int size = g.rng.pick(1, 8, 16, 24, 40, 64);
        g.code.load64(1, 1, Environment.RINGBUF, 0);
        g.code.movImm(2, size);
        g.code.movImm(3, 0);
        g.callHelper(131);
        int out = g.code.label();
        if (!g.wild()) {
            g.code.jump(0x15, 0, 0, 0, out);
        }
        g.set(0, new Memory(Memory.Kind.RECORD, size, 0, false, false));
        Flow.hold(
                g,
                keep,
                new Memory(Memory.Kind.RECORD, size, 0, false, false),
                () -> Flow.statements(g, 1 + g.rng.below(4)),
                () -> {
                    g.code.mov(1, keep);
                    if (g.wild()) {
                        g.code.alu(0x00, 1, 8);
                    }
                    g.code.movImm(2, 0);
                    g.callHelper(g.rng.pick(132, 133));
                });
        g.code.bind(out);
        return true;
    }

    static boolean output(Gen g) {
        if (!g.callable() || g.plain) {
            return false;
        }
        int low = g.now.low;
        int size = g.rng.pick(4, 8, 16, 24);
        int at = g.buffer(size);
        if (at == 0) {
            return false;
        }
        int m = g.findArgument(h -> h instanceof Memory b && !b.maybeNull() && b.size() - b.offset() >= 4);
        if (m >= 0 && g.rng.chance(0.3) && g.now.regs[m] instanceof Memory b) {
            g.code.mov(2, m);
            size = b.size() - b.offset();
        } else {
            g.stackAddress(2, at);
        }
        int limit = size;
        int n = g.rng.chance(0.4)
                ? g.findArgument(h -> h instanceof Held.Number k && k.max() >= 0 && k.max() <= limit)
                : -1;
        if (n >= 0) {
            g.code.mov(3, n);
        } else {
            g.code.movImm(3, g.wild() ? size + g.rng.pick(1, 8, -size) : size);
        }
        g.code.load64(1, 1, Environment.RINGBUF, 0);
        g.code.movImm(4, 0);
        g.callHelper(130);
        g.now.low = low;
        g.set(0, Held.ANY);
        return true;
    }

    static boolean query(Gen g) {
        if (!g.callable() || g.plain) {
            return false;
        }
        g.code.load64(1, 1, Environment.RINGBUF, 0);
        g.code.movImm(2, g.rng.below(4));
        g.callHelper(134);
        g.set(0, Held.ANY);
        return true;
    }
}
