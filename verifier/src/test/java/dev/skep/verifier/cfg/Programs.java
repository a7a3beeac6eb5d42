package dev.skep.verifier.cfg;

import dev.skep.kernel.KernelModel;
import dev.skep.kernel.Linux618;
import dev.skep.kernel.kfunc.Kfunc;
import dev.skep.kernel.kfunc.KfuncFamily;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.diag.Reject;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small programs for the passes' tests, and ways to run them. */
final class Programs {
    static final int ITER_NEXT = 1;
    static final int THROW = 2;
    static final int SLEEPS = 3;
    static final int XDP_PULL_DATA = 4;
    static final int RBTREE_ADD = 5;
    static final int XDP_RX_HASH = 6;
    static final int NOT_HERE = 7;
    private static final Map<Integer, Kfunc> KFUNCS = Map.of(
            ITER_NEXT, new Kfunc("iter_next", Kfunc.ITER_NEXT, KfuncFamily.PLAIN, "6.4"),
            THROW, new Kfunc("bpf_throw", 0, KfuncFamily.THROW, "6.7"),
            SLEEPS, new Kfunc("sleeps", Kfunc.SLEEPABLE, KfuncFamily.PLAIN, "6.4"),
            XDP_PULL_DATA, new Kfunc("bpf_xdp_pull_data", 0, KfuncFamily.PLAIN, "6.18"),
            RBTREE_ADD, new Kfunc("bpf_rbtree_add_impl", 0, KfuncFamily.RBTREE_ADD, "6.3"),
            XDP_RX_HASH, new Kfunc("bpf_xdp_metadata_rx_hash", 0, KfuncFamily.PLAIN, "6.3"),
            NOT_HERE, new Kfunc("not_here", Kfunc.SLEEPABLE, KfuncFamily.PLAIN, "6.3"));

    /**
     * Linux 6.18 without types, with the kernel functions above (all but the last allowed), and any map for any
     * program but those named "forbidden".
     */
    static final KernelModel KERNEL = kernel(Linux618.with(Btf.EMPTY));

    private static KernelModel kernel(KernelModel linux) {
        return (KernelModel) Proxy.newProxyInstance(
                Programs.class.getClassLoader(),
                new Class<?>[] {KernelModel.class},
                (_, method, args) -> switch (method.getName()) {
                    case "kfunc" -> KFUNCS.get(args[0]);
                    case "kfuncAllowed" -> !((Kfunc) args[0]).name().equals("not_here");
                    case "mapProblem" -> ((MapSpec) args[0]).name().equals("forbidden") ? "not this map" : null;
                    default -> method.invoke(linux, args);
                });
    }

    private Programs() {}

    static final long EXIT = Slot.of(0x95, 0, 0, 0, 0);

    static long mov(int dst, int imm) {
        return Slot.of(0xb7, dst, 0, 0, imm);
    }

    static long movReg(int dst, int src) {
        return Slot.of(0xbf, dst, src, 0, 0);
    }

    static long add(int dst, int imm) {
        return Slot.of(0x07, dst, 0, 0, imm);
    }

    static long load(int dst, int src, int offset) {
        return Slot.of(0x79, dst, src, offset, 0);
    }

    static long store(int base, int offset, int src) {
        return Slot.of(0x7b, base, src, offset, 0);
    }

    static long go(int offset) {
        return Slot.of(0x05, 0, 0, offset, 0);
    }

    static long ifEqual(int dst, int imm, int offset) {
        return Slot.of(0x15, dst, 0, offset, imm);
    }

    static long mayGoto(int offset) {
        return Slot.of(0xe5, 0, 0, offset, 0);
    }

    static long helper(int id) {
        return Slot.of(0x85, 0, 0, 0, id);
    }

    static long call(int offset) {
        return Slot.of(0x85, 0, 1, 0, offset);
    }

    static long kfunc(int id) {
        return Slot.of(0x85, 0, 2, 0, id);
    }

    /** First half of a 64-bit load; the second is {@code upper << 32}. */
    static long wide(int dst, int pseudo, int imm) {
        return Slot.of(0x18, dst, pseudo, 0, imm);
    }

    static ProgramSpec program(long... slots) {
        return ProgramSpec.of("prog", ProgramType.SCHED_CLS, BpfCode.of(slots));
    }

    /** A function of {@link #withFunctions}. */
    record Func(String name, int start, boolean global, boolean returnsInt) {}

    /** The program with types: each function takes nothing; {@code tags} are declaration tags of the first one. */
    static ProgramSpec withFunctions(ProgramSpec p, List<Func> functions, String... tags) {
        List<BtfType> types = new ArrayList<>();
        types.add(new BtfType.Int("int", 4, true, false, false, 0, 32));
        types.add(new BtfType.FunctionProto(1, List.of()));
        types.add(new BtfType.FunctionProto(0, List.of()));
        List<FuncInfo> infos = new ArrayList<>();
        for (Func f : functions) {
            types.add(new BtfType.Function(
                    f.name(), f.returnsInt() ? 2 : 3, f.global() ? BtfType.Linkage.GLOBAL : BtfType.Linkage.STATIC));
            infos.add(new FuncInfo(f.start(), types.size()));
        }
        for (String tag : tags) {
            types.add(new BtfType.DeclTag(tag, 4, -1));
        }
        return p.withTypes(new Btf(null, types), infos, List.of());
    }

    static ProgramLayout analyse(ProgramSpec program) {
        return ProgramLayout.analyse(program, KERNEL, AnalysisLog.NONE);
    }

    static ProgramLayout analyse(long... slots) {
        return analyse(program(slots));
    }

    /** The log of a program that the passes refuse, with its error number in front: {@code 22 unreachable insn 1}. */
    static String refusal(ProgramSpec program) {
        try {
            analyse(program);
        } catch (Reject e) {
            return e.errno + " " + e.text.stripTrailing();
        }
        return "accepted";
    }

    static String refusal(long... slots) {
        return refusal(program(slots));
    }

    /** What the passes print at log level 2. */
    static List<String> log(long... slots) {
        List<String> lines = new ArrayList<>();
        ProgramLayout.analyse(program(slots), KERNEL, new AnalysisLog() {
            @Override
            public boolean level2() {
                return true;
            }

            @Override
            public void line(String s) {
                lines.add(s);
            }
        });
        return lines;
    }
}
