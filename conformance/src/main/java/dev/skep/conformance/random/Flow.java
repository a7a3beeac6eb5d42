package dev.skep.conformance.random;

import java.util.function.Consumer;

/** Blocks: branches, loops of every kind, and regions that must be left in order. */
final class Flow {
    private static final int[] CONDITIONS = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0};

    private Flow() {}

    /** Up to {@code n} statements at this place. */
    static void statements(Gen g, int n) {
        for (int i = 0; i < n && g.budget > 0; i++) {
            g.budget--;
            Statements.any(g);
        }
    }

    /** Keeps R0 in {@code keep} while {@code body} runs; failed checks inside of it lead to {@code end}. */
    static void hold(Gen g, int keep, Held held, Runnable body, Runnable end) {
        if (!(held instanceof Held.Nothing)) {
            g.code.mov(keep, 0);
        }
        g.set(keep, held);
        int outer = g.bail;
        int kept = g.now.kept;
        g.now.kept |= 1 << keep;
        g.bail = g.code.label();
        g.depth++;
        body.run();
        g.depth--;
        g.code.bind(g.bail);
        g.bail = outer;
        forget(g, 0x3ff & ~(1 << keep) & ~kept);
        if (!g.wild()) {
            end.run();
        }
        g.now.kept = kept;
        g.set(keep, Held.NOTHING);
    }

    /** Nothing is known any more of these registers, and of slots that need not be kept. */
    static void forget(Gen g, int regs) {
        for (int r = 0; r < 10; r++) {
            if ((regs >> r & 1) != 0) {
                g.set(r, Held.NOTHING);
            }
        }
        for (int s = 0; s < Believed.SPILLS; s++) {
            if ((g.now.keptSlots >> s & 1) == 0) {
                g.now.slots[s] = Held.NOTHING;
            }
        }
    }

    /** A comparison of two numbers, or of a number and a constant; jumps to the label if it holds. */
    static void compare(Gen g, int label) {
        int a = g.number();
        int wide = g.rng.chance(0.7) ? 0x05 : 0x06;
        int condition = g.rng.pick(CONDITIONS);
        if (g.rng.chance(0.35)) {
            g.code.jump(condition | wide | 8, a, g.number(), 0, label);
        } else {
            g.code.jump(condition | wide, a, 0, g.rng.chance(0.5) ? g.rng.below(64) : g.rng.imm(), label);
        }
    }

    static boolean branch(Gen g) {
        if (g.depth >= Gen.MAX_DEPTH) {
            return false;
        }
        int otherwise = g.code.label();
        compare(g, otherwise);
        Believed before = g.now.copy();
        g.depth++;
        statements(g, 1 + g.rng.below(3));
        g.depth--;
        if (g.rng.chance(0.4)) {
            int end = g.code.label();
            g.code.go(end);
            g.code.bind(otherwise);
            Believed then = g.now;
            g.now = before;
            g.now.low = then.low;
            g.depth++;
            statements(g, 1 + g.rng.below(3));
            g.depth--;
            g.code.bind(end);
            g.now.join(then);
        } else {
            g.code.bind(otherwise);
            g.now.join(before);
        }
        return true;
    }

    /** Leaves if a comparison holds. */
    static boolean leave(Gen g) {
        compare(g, g.bail);
        return true;
    }

    /** A jump over nothing or one statement: paths that join at once. */
    static boolean diamond(Gen g) {
        int end = g.code.label();
        compare(g, end);
        int d = g.dest();
        Numbers.fresh(g, d);
        g.code.bind(end);
        g.set(d, Held.NOTHING);
        return true;
    }

    /** Runs {@code body} as a loop's: what it changes is unknown at its start. */
    private static void loopBody(Gen g, int alsoKept, int exit, Consumer<Gen> body) {
        int kept = g.now.kept;
        int keptSlots = g.now.keptSlots;
        int outer = g.bail;
        int change = g.rng.below(1 << 10) | 0x3f;
        forget(g, change & ~kept & ~alsoKept);
        g.now.kept = kept | alsoKept | 0x3ff & ~change;
        for (int s = 0; s < Believed.SPILLS; s++) {
            if (!(g.now.slots[s] instanceof Held.Nothing)) {
                g.now.keptSlots |= 1 << s;
            }
        }
        if (g.rng.chance(0.8)) {
            g.bail = exit;
        }
        g.depth++;
        g.loops++;
        int low = g.now.low;
        body.accept(g);
        g.now.low = low;
        g.loops--;
        g.depth--;
        g.bail = outer;
        g.now.kept = kept;
        g.now.keptSlots = keptSlots;
        forget(g, change & ~kept & ~alsoKept);
    }

    /** Counts a register or slot up or down. */
    static boolean counted(Gen g) {
        if (g.depth >= Gen.MAX_DEPTH - 1 || g.loops > 1) {
            return false;
        }
        boolean onStack = g.rng.chance(0.25);
        int at = onStack ? g.reserve(8) : 0;
        int counter = onStack ? -1 : g.saved();
        if (at == 0 && counter < 0) {
            return false;
        }
        int rounds = g.rng.pick(1, 2, 3, 5, 8, 16, 40);
        int exit = g.code.label();
        if (at != 0) {
            g.code.storeImm(8, 10, at, 0);
        } else {
            g.code.movImm(counter, g.rng.chance(0.8) ? 0 : g.rng.below(4));
        }
        int bound = !onStack && g.rng.chance(0.2) ? g.saved() : -1;
        if (bound == counter) {
            bound = -1;
        }
        if (bound >= 0) {
            Numbers.fresh(g, bound);
            g.code.jump(0x25, bound, 0, rounds, g.bail);
        }
        int kept = at != 0 ? 0 : 1 << counter | (bound >= 0 ? 1 << bound : 0);
        if (counter >= 0) {
            g.set(counter, new Held.Number(rounds));
        }
        int top = g.code.labelHere();
        int limit = bound;
        loopBody(g, kept, exit, _ -> {
            statements(g, 1 + g.rng.below(3));
            if (at != 0) {
                int t = g.dest();
                g.code.load(8, t, 10, at);
                g.code.alu(0x00, t, 1);
                g.code.store(8, 10, at, t);
                g.code.jump(g.rng.pick(0xa5, 0x55), t, 0, rounds, top);
                return;
            }
            g.code.alu(0x00, counter, g.rng.chance(0.9) ? 1 : 2);
            if (limit >= 0) {
                g.code.jump(g.rng.pick(0xad, 0xcd), counter, limit, 0, top);
            } else {
                g.code.jump(g.rng.pick(0xa5, 0xc5, 0xa6, 0xb5, 0x55), counter, 0, rounds, top);
            }
        });
        g.code.bind(exit);
        if (counter >= 0) {
            g.set(counter, Held.ANY);
        }
        return true;
    }

    /** An open-coded loop over bpf_iter_num. */
    static boolean iterator(Gen g) {
        if (g.depth >= Gen.MAX_DEPTH - 1 || g.loops > 1 || !g.callable() || g.plain || g.now.locked) {
            return false;
        }
        int at = g.reserve(8);
        if (at == 0) {
            return false;
        }
        g.stackAddress(1, at);
        g.code.movImm(2, 0);
        int n = g.rng.chance(0.3) ? g.findArgument(h -> h instanceof Held.Number) : -1;
        if (n >= 0) {
            g.code.mov(3, n);
        } else {
            g.code.movImm(3, g.rng.below(20));
        }
        g.callKfunc("bpf_iter_num_new");
        int exit = g.code.label();
        int top = g.code.labelHere();
        loopBody(g, 0, exit, _ -> {
            g.stackAddress(1, at);
            g.callKfunc("bpf_iter_num_next");
            g.code.jump(0x15, 0, 0, 0, exit);
            int d = g.dest();
            g.code.load(4, d, 0, 0);
            g.set(d, Held.ANY);
            statements(g, 1 + g.rng.below(3));
            g.code.go(top);
        });
        g.code.bind(exit);
        if (!g.wild()) {
            g.stackAddress(1, at);
            g.callKfunc("bpf_iter_num_destroy");
        }
        return true;
    }

    /** A loop that may_goto ends. */
    static boolean mayGoto(Gen g) {
        if (g.depth >= Gen.MAX_DEPTH - 1 || g.loops > 1 || g.plain) {
            return false;
        }
        int exit = g.code.label();
        int top = g.code.labelHere();
        loopBody(g, 0, exit, _ -> {
            g.code.jump(0xe5, 0, 0, 0, exit);
            statements(g, 1 + g.rng.below(3));
            if (g.rng.chance(0.5)) {
                compare(g, exit);
            }
            g.code.go(top);
        });
        g.code.bind(exit);
        return true;
    }

    /** A region that ends in a call: RCU, preemption off, interrupts off. */
    static boolean region(Gen g) {
        if (g.depth >= Gen.MAX_DEPTH || !g.callable() || g.plain || g.now.rcu || g.now.locked) {
            return false;
        }
        int kind = g.rng.below(3);
        int at = kind == 2 ? g.reserve(8) : 1;
        int keep = g.saved();
        if (at == 0 || keep < 0) {
            return false;
        }
        g.code.movImm(keep, 0);
        switch (kind) {
            case 0 -> g.callKfunc("bpf_rcu_read_lock");
            case 1 -> g.callKfunc("bpf_preempt_disable");
            default -> {
                g.stackAddress(1, at);
                g.callKfunc("bpf_local_irq_save");
            }
        }
        g.now.rcu = true;
        hold(g, keep, Held.NOTHING, () -> statements(g, 1 + g.rng.below(3)), () -> {
            switch (kind) {
                case 0 -> g.callKfunc("bpf_rcu_read_unlock");
                case 1 -> g.callKfunc("bpf_preempt_enable");
                default -> {
                    g.stackAddress(1, at);
                    g.callKfunc("bpf_local_irq_restore");
                }
            }
        });
        g.now.rcu = false;
        return true;
    }
}
