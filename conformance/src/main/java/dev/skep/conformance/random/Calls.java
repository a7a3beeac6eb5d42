package dev.skep.conformance.random;

import dev.skep.conformance.random.Gen.Result;
import dev.skep.conformance.random.Held.Memory;

/** Statements that call: subprograms, callbacks, helpers on memory. */
final class Calls {
    private static final int MAX_LEVEL = 3;

    private Calls() {}

    /** Calls a static subprogram, an old one if its arguments fit. */
    static boolean subprogram(Gen g) {
        if (!g.callable() || g.level >= MAX_LEVEL || g.functions.size() > 6) {
            return false;
        }
        Held[] arguments = new Held[5];
        int count = 1 + g.rng.below(4);
        for (int i = 0; i < 5; i++) {
            arguments[i] = i < count ? argument(g, i + 1) : Held.NOTHING;
        }
        int label = g.code.label();
        g.code.callSubprogram(label);
        g.now.afterCall();
        g.set(0, Held.ANY);
        int again = g.rng.chance(0.3) ? g.findArgument(h -> h instanceof Held.Number) : -1;
        if (again >= 0 && count == 1 && arguments[0] instanceof Held.Number) {
            arguments[0] = Held.ANY;
            g.code.mov(1, again);
            g.code.callSubprogram(label);
            g.now.afterCall();
            g.set(0, Held.ANY);
        }
        g.functions.add(new Gen.Function(label, g.env.staticFunction, arguments, Result.NUMBER, g.level + 1));
        return true;
    }

    private static Held argument(Gen g, int reg) {
        int s = g.rng.chance(0.7) ? g.findArgument(h -> !(h instanceof Held.Nothing)) : -1;
        if (s >= 0) {
            g.code.mov(reg, s);
            return lifted(g.now.regs[s]);
        }
        int at = g.rng.chance(0.3) ? g.buffer(16) : 0;
        if (at != 0) {
            g.code.mov(reg, 10);
            g.code.alu(0x00, reg, at);
            return new Held.Stack(at, 1);
        }
        long v = g.rng.imm();
        g.code.movImm(reg, (int) v);
        return v >= 0 ? new Held.Number(v) : Held.ANY;
    }

    private static Held lifted(Held held) {
        return held instanceof Held.Stack s ? new Held.Stack(s.offset(), s.up() + 1) : held;
    }

    /** Calls a global function. */
    static boolean global(Gen g) {
        if (!g.callable() || g.plain || g.level >= MAX_LEVEL || g.functions.size() > 6 || g.now.locked) {
            return false;
        }
        int label = g.code.label();
        Held[] arguments = {Held.NOTHING, Held.NOTHING, Held.NOTHING, Held.NOTHING, Held.NOTHING};
        int n = g.findArgument(h -> h instanceof Held.Number);
        if (n >= 0) {
            g.code.mov(2, n);
        } else {
            g.code.movImm(2, g.rng.imm());
        }
        arguments[1] = Held.ANY;
        int id;
        if (g.rng.chance(0.5)) {
            id = g.env.globalNumbers;
            g.code.movImm(1, g.rng.imm());
            arguments[0] = Held.ANY;
        } else {
            id = g.env.globalStruct;
            int at = g.buffer(Environment.STRUCT_BYTES);
            int m = g.findArgument(h -> h instanceof Memory b && b.size() - b.offset() >= Environment.STRUCT_BYTES);
            if (m >= 0 && g.rng.chance(0.5)) {
                g.code.mov(1, m);
            } else if (at != 0 && g.rng.chance(0.8)) {
                g.stackAddress(1, at);
            } else {
                g.code.movImm(1, 0);
            }
            arguments[0] = new Memory(Memory.Kind.VALUE, Environment.STRUCT_BYTES, 0, true, false);
        }
        g.code.callSubprogram(label);
        g.now.afterCall();
        g.set(0, Held.ANY);
        g.functions.add(new Gen.Function(label, id, arguments, Result.NUMBER, MAX_LEVEL));
        return true;
    }

    /** bpf_loop or bpf_for_each_map_elem with a callback. */
    static boolean callback(Gen g) {
        if (!g.callable() || g.plain || g.level >= MAX_LEVEL || g.functions.size() > 6 || g.loops > 1 || g.now.locked) {
            return false;
        }
        int label = g.code.label();
        int at = g.buffer(16);
        boolean pass = at != 0 && g.rng.chance(0.7);
        Held context = pass ? new Held.Stack(at, 1) : new Held.Number(0);
        if (pass) {
            g.stackAddress(3, at);
        } else {
            g.code.movImm(3, 0);
        }
        g.code.movImm(4, 0);
        g.code.functionAddress(2, label);
        Held[] arguments;
        int id;
        if (g.rng.chance(0.65)) {
            int n = g.rng.chance(0.3) ? g.findArgument(h -> h instanceof Held.Number) : -1;
            if (n >= 0) {
                g.code.mov(1, n);
            } else {
                g.code.movImm(1, g.rng.pick(0, 1, 2, 5, 10, 100));
            }
            arguments = new Held[] {Held.ANY, context, Held.NOTHING, Held.NOTHING, Held.NOTHING};
            id = g.env.loopCallback;
            g.callHelper(181);
        } else {
            int map = g.rng.pick(Environment.ARRAY, Environment.HASH);
            g.code.load64(1, 1, map, 0);
            arguments = new Held[] {
                new Held.MapAddress(map),
                new Memory(Memory.Kind.VALUE, g.env.map(map).keySize(), 0, false, true),
                new Memory(Memory.Kind.VALUE, g.env.map(map).valueSize(), 0, false, false),
                context,
                Held.NOTHING
            };
            id = g.env.elementCallback;
            g.callHelper(164);
        }
        g.set(0, Held.ANY);
        g.functions.add(new Gen.Function(label, id, arguments, Result.ZERO_OR_ONE, g.level + 1));
        return true;
    }

    /** A helper that takes memory and its size, or strings. */
    static boolean memory(Gen g) {
        if (!g.callable() || g.now.locked) {
            return false;
        }
        int low = g.now.low;
        int size = g.rng.pick(4, 8, 16, 32);
        int at = g.buffer(size);
        if (at == 0) {
            return false;
        }
        int limit = size;
        int n = g.rng.chance(0.5)
                ? g.findArgument(h -> h instanceof Held.Number k && k.max() >= 0 && k.max() <= limit)
                : -1;
        switch (g.rng.below(g.plain ? 1 : 3)) {
            case 0 -> {
                if (!g.isSkb() && g.type != dev.skep.object.uapi.ProgramType.XDP) {
                    return false;
                }
                g.stackAddress(1, at);
                size(g, 2, n, size & ~3);
                g.code.movImm(3, 0);
                g.code.movImm(4, 0);
                g.code.movImm(5, 0);
                g.callHelper(28);
            }
            case 1 -> {
                int m = g.findArgument(
                        h -> h instanceof Memory b && !b.maybeNull() && !b.readOnly() && b.size() - b.offset() >= 16);
                if (m >= 0) {
                    g.code.mov(1, m);
                    size = 16;
                } else {
                    g.stackAddress(1, at);
                }
                size(g, 2, n, size);
                g.code.movImm(3, 0);
                g.callHelper(113);
            }
            default -> {
                g.stackAddress(1, at);
                size(g, 2, n, size);
                g.code.load64(3, 2, Environment.READ_ONLY, 0);
                g.callHelper(182);
            }
        }
        g.now.low = low;
        g.set(0, Held.ANY);
        return true;
    }

    private static void size(Gen g, int reg, int from, int size) {
        if (from >= 0) {
            g.code.mov(reg, from);
        } else {
            g.code.movImm(reg, g.wild() ? size + g.rng.pick(1, -size, 8) : size);
        }
    }

    static boolean simple(Gen g) {
        if (!g.callable() || g.now.locked) {
            return false;
        }
        g.callHelper(g.rng.pick(5, 7, 8));
        g.set(0, Held.ANY);
        return true;
    }

    /** Ends the whole program. */
    static boolean raise(Gen g) {
        if (!g.callable() || g.plain || g.depth == 0 || g.now.locked) {
            return false;
        }
        g.code.movImm(1, g.rng.below(5));
        g.callKfunc("bpf_throw");
        return true;
    }
}
