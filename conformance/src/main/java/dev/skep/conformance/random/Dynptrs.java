package dev.skep.conformance.random;

import dev.skep.conformance.random.Held.Memory;
import dev.skep.object.uapi.ProgramType;

/** Statements that make, use and give back dynptrs. */
final class Dynptrs {
    private Dynptrs() {}

    static boolean use(Gen g) {
        if (!g.callable() || g.plain || g.depth >= Gen.MAX_DEPTH || g.now.locked) {
            return false;
        }
        int low = g.now.low;
        int at = g.reserve(16);
        if (at == 0) {
            return false;
        }
        int before = g.bail;
        boolean done = switch (g.rng.below(4)) {
            case 0 -> ofMemory(g, at);
            case 1 -> ofRing(g, at);
            default -> ofPacket(g, at);
        };
        g.bail = before;
        g.now.low = low;
        return done;
    }

    private static boolean ofMemory(Gen g, int at) {
        int m = g.findArgument(h -> h instanceof Memory b
                && !b.maybeNull()
                && !b.readOnly()
                && b.kind() == Memory.Kind.VALUE
                && b.size() - b.offset() >= 8);
        if (m < 0) {
            g.code.load64(1, 2, Environment.GLOBALS, 0);
            g.code.movImm(2, 64);
        } else {
            Memory b = (Memory) g.now.regs[m];
            g.code.mov(1, m);
            g.code.movImm(2, g.wild() ? b.size() + 1 : 1 + g.rng.below(b.size() - b.offset()));
        }
        g.code.movImm(3, 0);
        g.stackAddress(4, at);
        g.callHelper(197);
        g.set(0, Held.ANY);
        body(g, at, false);
        return true;
    }

    private static boolean ofRing(Gen g, int at) {
        int n = g.rng.chance(0.5) ? g.findArgument(h -> h instanceof Held.Number k && k.max() >= 0) : -1;
        if (n >= 0) {
            g.code.mov(2, n);
        } else {
            g.code.movImm(2, g.rng.below(128));
        }
        g.code.load64(1, 1, Environment.RINGBUF, 0);
        g.code.movImm(3, 0);
        g.stackAddress(4, at);
        g.callHelper(198);
        g.set(0, Held.ANY);
        int outer = g.bail;
        int cleanup = g.code.label();
        g.bail = cleanup;
        g.depth++;
        body(g, at, false);
        g.depth--;
        g.code.bind(cleanup);
        if (!g.wild()) {
            g.stackAddress(1, at);
            g.code.movImm(2, 0);
            g.callHelper(g.rng.pick(199, 200));
        }
        g.now = forgotten(g);
        g.bail = outer;
        return true;
    }

    /** After code that several places lead to: only what must be kept is known. */
    private static Believed forgotten(Gen g) {
        Believed b = g.now.copy();
        for (int r = 0; r < 10; r++) {
            if ((b.kept >> r & 1) == 0) {
                b.regs[r] = Held.NOTHING;
            }
        }
        for (int s = 0; s < Believed.SPILLS; s++) {
            if ((b.keptSlots >> s & 1) == 0) {
                b.slots[s] = Held.NOTHING;
            }
        }
        return b;
    }

    private static boolean ofPacket(Gen g, int at) {
        int c = g.findArgument(h -> h instanceof Held.Context);
        boolean xdp = g.type == ProgramType.XDP;
        if (c < 0 || !xdp && !g.isSkb()) {
            return false;
        }
        g.code.mov(1, c);
        g.code.movImm(2, 0);
        g.stackAddress(3, at);
        g.callKfunc(xdp ? "bpf_dynptr_from_xdp" : "bpf_dynptr_from_skb");
        g.set(0, Held.ANY);
        body(g, at, true);
        return true;
    }

    private static void body(Gen g, int at, boolean packet) {
        int n = 1 + g.rng.below(3);
        for (int i = 0; i < n; i++) {
            one(g, at, packet);
            if (g.rng.chance(0.4)) {
                g.depth++;
                Flow.statements(g, 1);
                g.depth--;
            }
        }
    }

    private static void one(Gen g, int at, boolean packet) {
        if (!g.callable()) {
            return;
        }
        int low = g.now.low;
        int size = g.rng.pick(1, 4, 8, 16);
        switch (g.rng.below(9)) {
            case 0 -> {
                int buffer = g.buffer(size);
                if (buffer == 0) {
                    return;
                }
                g.stackAddress(1, buffer);
                g.code.movImm(2, g.wild() ? size + 8 : size);
                g.stackAddress(3, at);
                offset(g, 4);
                g.code.movImm(5, 0);
                g.callHelper(201);
            }
            case 1 -> {
                int buffer = g.buffer(size);
                if (buffer == 0) {
                    return;
                }
                g.stackAddress(1, at);
                offset(g, 2);
                g.stackAddress(3, buffer);
                g.code.movImm(4, size);
                g.code.movImm(5, 0);
                g.callHelper(202);
                if (packet && g.isSkb()) {
                    g.now.packetChanged();
                }
            }
            case 2, 3 -> {
                g.stackAddress(1, at);
                offset(g, 2);
                g.code.movImm(3, size);
                g.callHelper(203);
                g.set(0, new Memory(Memory.Kind.SLICE, size, 0, true, false));
                slice(g);
                return;
            }
            case 4, 5 -> {
                int buffer = g.rng.chance(0.7) ? g.buffer(size) : 0;
                g.stackAddress(1, at);
                offset(g, 2);
                if (buffer == 0) {
                    g.code.movImm(3, 0);
                } else {
                    g.stackAddress(3, buffer);
                }
                g.code.movImm(4, g.wild() ? size + 8 : size);
                boolean write = g.rng.chance(0.4);
                g.callKfunc(write ? "bpf_dynptr_slice_rdwr" : "bpf_dynptr_slice");
                g.set(0, new Memory(Memory.Kind.SLICE, size, 0, true, !write));
                slice(g);
                return;
            }
            case 6 -> {
                g.stackAddress(1, at);
                offset(g, 2);
                g.code.movImm(3, g.rng.below(64));
                g.callKfunc("bpf_dynptr_adjust");
            }
            case 7 -> {
                g.stackAddress(1, at);
                g.callKfunc(g.rng.pick(0, 1) == 0 ? "bpf_dynptr_size" : "bpf_dynptr_is_null");
            }
            default -> {
                int copy = g.reserve(16);
                if (copy == 0) {
                    return;
                }
                g.stackAddress(1, at);
                g.stackAddress(2, copy);
                g.callKfunc("bpf_dynptr_clone");
                g.now.afterCall();
                if (g.rng.chance(0.5)) {
                    g.stackAddress(1, copy);
                    g.callKfunc("bpf_dynptr_size");
                    g.set(0, Held.ANY);
                }
                return;
            }
        }
        g.now.low = low;
        g.set(0, Held.ANY);
    }

    private static void slice(Gen g) {
        int to = g.rng.chance(0.5) ? g.saved() : -1;
        if (to >= 0) {
            g.code.mov(to, 0);
            g.set(to, g.now.regs[0]);
        }
        if (!g.wild()) {
            MapCalls.nullCheck(g, to >= 0 && g.rng.chance(0.5) ? to : 0);
        }
        Accesses.access(g);
    }

    private static void offset(Gen g, int reg) {
        int n = g.rng.chance(0.3) ? g.findArgument(h -> h instanceof Held.Number) : -1;
        if (n >= 0) {
            g.code.mov(reg, n);
        } else {
            g.code.movImm(reg, g.rng.below(16));
        }
    }
}
