package dev.skep.conformance.random;

import dev.skep.conformance.random.Held.Memory;
import dev.skep.object.spec.MapSpec;

/** Statements on maps: addresses, lookups, changes, values named directly. */
final class MapCalls {
    private static final int[] LOOKUPS = {
        Environment.ARRAY,
        Environment.ARRAY,
        Environment.HASH,
        Environment.HASH,
        Environment.PERCPU_ARRAY,
        Environment.READ_ONLY,
        Environment.LRU,
        Environment.SMALL,
        Environment.LOCKED
    };

    private MapCalls() {}

    /** R1 = a map, R2 = a key on the stack or elsewhere. False if there is no room. */
    private static boolean mapAndKey(Gen g, int map) {
        MapSpec spec = g.env.map(map);
        int at = g.buffer(8);
        if (at == 0) {
            return false;
        }
        int key = spec.keySize();
        if (g.rng.chance(0.5)) {
            g.code.storeImm(key, 10, at, g.rng.below(spec.maxEntries() + 1));
        } else {
            g.code.store(key, 10, at, g.number());
        }
        int m = g.findArgument(h -> h instanceof Memory b && !b.maybeNull() && b.size() - b.offset() >= key);
        if (m >= 0 && g.rng.chance(0.1)) {
            g.code.mov(2, m);
        } else {
            g.stackAddress(2, at);
        }
        g.code.load64(1, 1, map, 0);
        return true;
    }

    static boolean lookup(Gen g) {
        if (!g.callable()) {
            return false;
        }
        int map = g.rng.pick(LOOKUPS);
        int low = g.now.low;
        if (!mapAndKey(g, map)) {
            return false;
        }
        g.callHelper(1);
        g.now.low = low;
        boolean readOnly = map == Environment.READ_ONLY;
        int offset = map == Environment.LOCKED ? 8 : 0;
        Memory value = new Memory(Memory.Kind.VALUE, g.env.map(map).valueSize(), 0, true, readOnly);
        g.set(0, value);
        int to = g.rng.chance(0.5) ? g.saved() : -1;
        if (to >= 0) {
            g.code.mov(to, 0);
            g.set(to, value);
        }
        if (offset > 0 && !g.wild()) {
            nullCheck(g, to >= 0 && g.rng.chance(0.5) ? to : 0);
            int r = to >= 0 ? to : 0;
            g.code.alu(0x00, r, offset);
            g.now.afterCall();
            g.set(r, new Memory(Memory.Kind.VALUE, 16, 0, false, false));
            return true;
        }
        if (g.rng.chance(0.85)) {
            nullCheck(g, to >= 0 && g.rng.chance(0.5) ? to : 0);
        }
        return true;
    }

    /** Proves that a register is not null; all copies of it are then known. */
    static void nullCheck(Gen g, int r) {
        switch (g.rng.below(4)) {
            case 0, 1 -> g.code.jump(0x15, r, 0, 0, g.bail);
            case 2 -> {
                int ok = g.code.label();
                g.code.jump(0x55, r, 0, 0, ok);
                g.code.go(g.bail);
                g.code.bind(ok);
            }
            default -> {
                int zero = g.destNot(r, 0);
                g.code.movImm(zero, 0);
                g.code.jump(0x1d, r, zero, 0, g.bail);
                g.set(zero, new Held.Number(0));
            }
        }
        Held held = g.now.regs[r];
        for (int i = 0; i < 10; i++) {
            if (g.now.regs[i].equals(held) && held instanceof Memory m) {
                g.set(i, m.present());
            }
        }
        for (int i = 0; i < Believed.SPILLS; i++) {
            if (g.now.slots[i].equals(held) && held instanceof Memory m) {
                g.now.slots[i] = m.present();
            }
        }
    }

    static boolean checkLate(Gen g) {
        int r = g.find(h -> h instanceof Memory m && m.maybeNull());
        if (r < 0) {
            return false;
        }
        nullCheck(g, r);
        return true;
    }

    static boolean change(Gen g) {
        if (!g.callable()) {
            return false;
        }
        int map =
                g.rng.pick(Environment.HASH, Environment.ARRAY, Environment.LRU, Environment.QUEUE, Environment.BLOOM);
        int low = g.now.low;
        if (map == Environment.QUEUE || map == Environment.BLOOM) {
            int at = g.buffer(8);
            if (at == 0) {
                return false;
            }
            g.stackAddress(2, at);
            g.code.movImm(3, 0);
            g.code.load64(1, 1, map, 0);
            g.callHelper(map == Environment.BLOOM ? g.rng.pick(87, 89) : g.rng.pick(87, 88, 89));
        } else {
            int at = g.buffer(g.env.map(map).valueSize());
            if (at == 0 || !mapAndKey(g, map)) {
                return false;
            }
            boolean remove = g.rng.chance(0.3);
            g.stackAddress(3, at);
            g.code.movImm(4, g.rng.below(3));
            g.callHelper(remove ? 3 : 2);
        }
        g.now.low = low;
        g.set(0, Held.ANY);
        return true;
    }

    /** An address inside of a data map's value, by a 64-bit load. */
    static boolean global(Gen g) {
        int map = g.rng.pick(Environment.GLOBALS, Environment.GLOBALS, Environment.READ_ONLY);
        int size = g.env.map(map).valueSize();
        int offset = g.rng.chance(0.5) ? 0 : g.rng.below(g.wild() ? size + 8 : size);
        int d = g.dest();
        g.code.load64(d, 2, map, offset);
        g.set(d, new Memory(Memory.Kind.VALUE, size - offset, 0, false, map == Environment.READ_ONLY));
        return true;
    }

    /** Looks up a map in a map, and a value in that. */
    static boolean nested(Gen g) {
        if (!g.callable()) {
            return false;
        }
        int low = g.now.low;
        int at = g.buffer(8);
        if (at == 0) {
            return false;
        }
        g.code.storeImm(4, 10, at, g.rng.below(2));
        g.stackAddress(2, at);
        g.code.load64(1, 1, Environment.OUTER, 0);
        g.callHelper(1);
        if (!g.wild()) {
            g.code.jump(0x15, 0, 0, 0, g.bail);
        }
        g.code.mov(1, 0);
        g.stackAddress(2, at);
        g.callHelper(1);
        g.now.low = low;
        g.set(0, new Memory(Memory.Kind.VALUE, 32, 0, true, false));
        if (g.rng.chance(0.8)) {
            nullCheck(g, 0);
        }
        return true;
    }

    static boolean tailCall(Gen g) {
        int c = g.findArgument(h -> h instanceof Held.Context);
        if (!g.callable() || c < 0 || g.now.rcu || g.level > 0 || g.loops > 0) {
            return false;
        }
        if (g.rng.chance(0.5)) {
            g.code.movImm(3, g.rng.below(3));
        } else {
            int n = g.findArgument(h -> h instanceof Held.Number);
            if (n < 0) {
                return false;
            }
            g.code.mov(3, n);
        }
        g.code.mov(1, c);
        g.code.load64(2, 1, g.env.programArray(g.type), 0);
        g.callHelper(12);
        return true;
    }

    /** Takes a value's lock, changes it, lets go. */
    static boolean lock(Gen g) {
        int keep = g.saved();
        if (!g.callable()
                || keep < 0
                || g.now.locked
                || g.plain
                || g.depth >= Gen.MAX_DEPTH
                || !g.isSkb() && g.type != dev.skep.object.uapi.ProgramType.XDP) {
            return false;
        }
        int low = g.now.low;
        if (!mapAndKey(g, Environment.LOCKED)) {
            return false;
        }
        g.callHelper(1);
        g.now.low = low;
        g.code.jump(0x15, 0, 0, 0, g.bail);
        g.code.mov(1, 0);
        g.code.mov(keep, 0);
        g.callHelper(93);
        g.now.locked = true;
        Flow.hold(
                g,
                keep,
                Held.NOTHING,
                () -> {
                    int n = g.number();
                    g.code.store(8, keep, g.wild() ? g.rng.below(16) : g.rng.pick(8, 16), n);
                    g.depth++;
                    int before = g.now.kept;
                    g.now.kept |= 0x3f & (g.wild() ? 0 : 0x3f);
                    Flow.statements(g, g.rng.below(3));
                    g.now.kept = before;
                    g.depth--;
                },
                () -> {
                    g.code.mov(1, keep);
                    g.callHelper(94);
                });
        g.now.locked = false;
        return true;
    }
}
