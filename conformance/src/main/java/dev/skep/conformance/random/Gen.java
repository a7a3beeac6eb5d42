package dev.skep.conformance.random;

import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * One program in the making: its code so far, what the generator believes at this place, and the choices all statements
 * share.
 */
final class Gen {
    static final int MAX_DEPTH = 4;

    /** A function whose body is still to be written. */
    record Function(int label, int btfId, Held[] arguments, Result result, int level) {}

    /** What a function must leave in R0. */
    enum Result {
        NUMBER,
        ZERO_OR_ONE
    }

    final Rng rng;
    final CodeBuilder code = new CodeBuilder();
    final Environment env;
    final ProgramType type;
    /** How often a choice ignores what the generator believes. */
    final double wild;
    /** Loader has no capabilities: only what such programs may use. */
    final boolean plain;

    final Theme theme;

    Believed now = new Believed();
    /** Where to go when a check fails. */
    int bail;
    /** Nesting of blocks. */
    int depth;
    /** Statements that may still be written. */
    int budget;
    /** Depth of subprogram calls. */
    int level;
    /** Lowest stack offset to use in this function. */
    int floor;
    /** Inside an open-coded or callback loop: less may be done. */
    int loops;

    private int bases;
    final List<Function> functions = new ArrayList<>();

    Gen(Rng rng, Environment env, ProgramType type, double wild, boolean plain) {
        this.rng = rng;
        this.env = env;
        this.type = type;
        this.wild = wild;
        this.plain = plain;
        this.theme = rng.chance(0.4) ? Theme.NONE : rng.pick(List.of(Theme.values()));
    }

    boolean wild() {
        return wild > 0 && rng.chance(wild);
    }

    /** A register that may be overwritten; it holds nothing from now on. */
    int dest() {
        for (int i = 0; i < 20; i++) {
            int r = rng.below(10);
            if ((now.kept >> r & 1) == 0 || wild()) {
                now.regs[r] = Held.NOTHING;
                return r;
            }
        }
        now.regs[0] = Held.NOTHING;
        return 0;
    }

    /** Like {@link #dest()}, and not one of these. */
    int destNot(int... others) {
        while (true) {
            int r = rng.below(10);
            boolean taken = (now.kept >> r & 1) != 0;
            for (int o : others) {
                taken |= r == o;
            }
            if (!taken) {
                now.regs[r] = Held.NOTHING;
                return r;
            }
            if (free() <= others.length) {
                return dest();
            }
        }
    }

    /** Number of registers that may be overwritten. */
    int free() {
        return 10 - Integer.bitCount(now.kept & 0x3ff);
    }

    /** A register that survives calls and may be overwritten, -1 if there is none. */
    int saved() {
        for (int i = 0; i < 12; i++) {
            int r = 6 + rng.below(4);
            if ((now.kept >> r & 1) == 0) {
                now.regs[r] = Held.NOTHING;
                return r;
            }
        }
        return -1;
    }

    /** A register that holds such a thing, -1 if none does. */
    int find(Predicate<Held> wanted) {
        int from = rng.below(10);
        for (int i = 0; i < 10; i++) {
            int r = (from + i) % 10;
            if (wanted.test(now.regs[r])) {
                return r;
            }
        }
        return -1;
    }

    /** Like {@link #find} among R0 and R6 to R9: arguments can be set from there in any order. */
    int findArgument(Predicate<Held> wanted) {
        int from = rng.below(5);
        for (int i = 0; i < 5; i++) {
            int r = new int[] {0, 6, 7, 8, 9}[(from + i) % 5];
            if (wanted.test(now.regs[r])) {
                return r;
            }
        }
        return -1;
    }

    void set(int reg, Held held) {
        if (reg < 10) {
            now.regs[reg] = held;
        }
    }

    /** A register with a number: one that is there, or a new one. */
    int number() {
        if (wild()) {
            return rng.below(11);
        }
        int r = rng.chance(0.2) ? -1 : find(h -> h instanceof Held.Number);
        return r >= 0 ? r : Numbers.fresh(this);
    }

    /** R0 to R5 may be lost. */
    boolean callable() {
        return (now.kept & 0x3f) == 0;
    }

    /** A new identity for a packet address that was moved by an unknown amount. */
    int newBase() {
        return ++bases;
    }

    /** Reserves stack bytes below the spill area; 0 if there is no room. */
    int reserve(int bytes) {
        int at = now.low - (bytes + 7 & ~7);
        if (at < floor) {
            return 0;
        }
        now.low = at;
        return at;
    }

    /** Stack bytes filled with something; 0 if there is no room. */
    int buffer(int bytes) {
        int at = reserve(Math.max(bytes, 1));
        if (at == 0) {
            return 0;
        }
        boolean all = plain || rng.chance(0.9);
        for (int i = 0; i < bytes; i += 8) {
            if (all || rng.chance(0.5)) {
                int r = rng.chance(0.4) ? find(h -> h instanceof Held.Number) : -1;
                if (r >= 0) {
                    code.store(8, 10, at + i, r);
                } else {
                    code.storeImm(8, 10, at + i, rng.chance(0.6) ? rng.below(4) : rng.imm());
                }
            }
        }
        return at;
    }

    /** dst = address of the stack bytes at an offset. */
    void stackAddress(int dst, int offset) {
        code.mov(dst, 10);
        code.alu(0, dst, wild() ? offset + rng.pick(-8, 8, 1, 4) : offset);
    }

    void callHelper(int id) {
        code.helper(id);
        now.afterCall();
    }

    /** Calls a kernel function; nothing is written if the kernel has none of the name. */
    void callKfunc(String name) {
        code.kfunc(env.kfunc(name));
        now.afterCall();
    }

    boolean isSkb() {
        return switch (type) {
            case SCHED_CLS, SOCKET_FILTER, CGROUP_SKB -> true;
            default -> false;
        };
    }

    boolean hasPacket() {
        return type == ProgramType.XDP || type == ProgramType.SCHED_CLS || type == ProgramType.CGROUP_SKB;
    }

    boolean sleepable() {
        return type == ProgramType.SYSCALL;
    }
}
