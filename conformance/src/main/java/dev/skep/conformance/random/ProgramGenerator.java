package dev.skep.conformance.random;

import dev.skep.object.btf.Btf;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes programs that make sense: it keeps a picture of what registers and stack hold, and writes statements that fit,
 * with bounds proved in many ways and with every kind of loop, call and reference. Some programs are given a few wild
 * choices.
 */
final class ProgramGenerator {
    static final List<ProgramType> TYPES = List.of(
            ProgramType.XDP,
            ProgramType.SCHED_CLS,
            ProgramType.SOCKET_FILTER,
            ProgramType.SYSCALL,
            ProgramType.RAW_TRACEPOINT,
            ProgramType.CGROUP_SKB);
    private static final int MAX_SLOTS = 1200;

    private final Rng rng;
    private final Environment env;
    private final boolean plain;

    /** @param plain only what loaders without capabilities may use */
    ProgramGenerator(Rng rng, Environment env, boolean plain) {
        this.rng = rng;
        this.env = env;
        this.plain = plain;
    }

    ProgramSpec next(String name) {
        ProgramType type = plain
                ? rng.pick(List.of(ProgramType.SOCKET_FILTER, ProgramType.CGROUP_SKB))
                : rng.pick(List.of(
                        ProgramType.XDP,
                        ProgramType.XDP,
                        ProgramType.SCHED_CLS,
                        ProgramType.SCHED_CLS,
                        ProgramType.SOCKET_FILTER,
                        ProgramType.SYSCALL,
                        ProgramType.RAW_TRACEPOINT,
                        ProgramType.CGROUP_SKB));
        double wild = rng.pick(0, 0, 0, 4, 10, 30) / 1000.0;
        Gen g = new Gen(rng, env, type, wild, plain);
        List<FuncInfo> records = new ArrayList<>();
        g.budget = rng.pick(6, 12, 12, 20, 30);
        records.add(new FuncInfo(0, env.main(type)));
        main(g);
        for (int i = 0; i < g.functions.size() && g.code.size() < MAX_SLOTS; i++) {
            Gen.Function f = g.functions.get(i);
            if (g.code.place(f.label()) < 0) {
                records.add(new FuncInfo(g.code.size(), f.btfId()));
                function(g, f);
            }
        }
        records.sort(Comparator.comparingInt(FuncInfo::insnIndex));
        BpfCode code = BpfCode.of(g.code.finish());
        boolean typed = !plain && (records.size() > 1 || rng.chance(0.3));
        int flags = type == ProgramType.SYSCALL ? ProgramSpec.F_SLEEPABLE : 0;
        if (!plain && rng.chance(0.15)) {
            flags |= ProgramSpec.F_TEST_STATE_FREQ;
        }
        if (rng.chance(0.05)) {
            flags |= ProgramSpec.F_STRICT_ALIGNMENT;
        }
        return new ProgramSpec(
                "random",
                name,
                "",
                type,
                null,
                "",
                0,
                -1,
                flags,
                "GPL",
                code,
                code.size(),
                env.maps,
                typed ? env.btf : Btf.EMPTY,
                typed ? records : List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private void main(Gen g) {
        g.floor = -360;
        g.now.regs[1] = new Held.Context();
        g.bail = g.code.label();
        int c = rng.chance(0.7) ? 6 : g.saved();
        g.code.mov(c, 1);
        g.set(c, new Held.Context());
        if (rng.chance(0.9)) {
            g.now.kept |= 1 << c;
        }
        if (!plain && rng.chance(0.05)) {
            // a program that never uses its stack or registers before the first block
            Flow.branch(g);
        }
        Flow.statements(g, g.budget);
        end(g, Gen.Result.NUMBER);
    }

    private void end(Gen g, Gen.Result result) {
        if (result == Gen.Result.NUMBER && rng.chance(0.5)) {
            int r = g.find(h -> h instanceof Held.Number);
            if (r > 0) {
                g.code.mov(0, r);
            } else if (r < 0) {
                g.code.movImm(0, rng.below(3));
            }
            if (g.type == ProgramType.CGROUP_SKB && !g.wild()) {
                g.code.alu(0x50, 0, 1);
            }
            g.code.exit();
        }
        g.code.bind(g.bail);
        g.code.movImm(0, g.wild() ? rng.imm() : rng.below(2));
        if (g.wild()) {
            g.code.aluReg(0x00, 0, g.number());
        }
        g.code.exit();
    }

    private void function(Gen g, Gen.Function f) {
        g.code.bind(f.label());
        g.now = new Believed();
        for (int i = 0; i < 5; i++) {
            g.now.regs[i + 1] = f.arguments()[i];
        }
        g.floor = -8 * Believed.SPILLS - 40;
        g.bail = g.code.label();
        g.level = f.level();
        g.loops = f.result() == Gen.Result.ZERO_OR_ONE ? 1 : 0;
        g.budget = rng.between(2, 6);
        for (int i = 1; i <= 5; i++) {
            int to = rng.chance(0.4) ? g.saved() : -1;
            if (to >= 0 && !(f.arguments()[i - 1] instanceof Held.Nothing)) {
                g.code.mov(to, i);
                g.set(to, f.arguments()[i - 1]);
            }
        }
        Flow.statements(g, g.budget);
        end(g, f.result());
    }
}
