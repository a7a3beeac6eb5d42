package dev.skep.conformance.probe;

import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxLoader;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.ProgramSpec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks both verifiers about global (or static) functions: a parameter of every type with every set of tags, and a call
 * of it with every {@link ProbeValue}. The function reads through its argument.
 */
final class GlobalProbe {
    private static final List<List<String>> TAGS = List.of(
            List.of(),
            List.of("ctx"),
            List.of("nonnull"),
            List.of("nullable"),
            List.of("trusted"),
            List.of("untrusted"),
            List.of("arena"),
            List.of("trusted", "nullable"),
            List.of("trusted", "nonnull"),
            List.of("ctx", "nonnull"),
            List.of("untrusted", "nullable"),
            List.of("untrusted", "trusted"),
            List.of("arena", "nonnull"),
            List.of("nullable", "nonnull"),
            List.of("other"));

    private final KernelModel kernel;
    private final PrintStream out;

    GlobalProbe(KernelModel kernel, PrintStream out) {
        this.kernel = kernel;
        this.out = out;
    }

    /** The parameter types tried. */
    private enum Parameter {
        INT,
        LONG,
        ENUM,
        FLOAT,
        STRUCT,
        VOID_PTR,
        CHAR_PTR,
        INT_PTR,
        CONST_INT_PTR,
        LONG_PTR,
        INT_PTR_PTR,
        ARRAY_PTR,
        STRUCT_PTR,
        UNION_PTR,
        FORWARD_PTR,
        EMPTY_STRUCT_PTR,
        FUNCTION_PTR,
        SKB_PTR,
        KERNEL_SKB_PTR,
        XDP_PTR,
        REGS_PTR,
        REGS_TYPEDEF_PTR,
        PERF_PTR,
        RAW_TP_PTR,
        TASK_PTR,
        TASK_FLAVOUR_PTR,
        UNKNOWN_KERNEL_PTR,
        DYNPTR_PTR,
        DYNPTR_FORWARD_PTR,
        TYPEDEF_PTR
    }

    Comparer run(Target target, boolean global, String only) {
        Comparer comparer = new Comparer(kernel, out);
        List<ProbeValue> values = ProbeValue.all(kernel.btf());
        for (Parameter parameter : Parameter.values()) {
            if (!only.isEmpty() && !parameter.name().equals(only)) {
                continue;
            }
            for (List<String> tags : TAGS) {
                Types types = new Types(parameter, tags, global);
                try (LinuxLoader loader = new LinuxLoader()) {
                    for (ProbeValue v : values) {
                        if (v.fits().test(target.type())) {
                            comparer.compare(
                                    loader, program(types, v, target), parameter + " " + tags + " = " + v.name());
                        }
                        if (!global && v.name().equals("unknown")) {
                            break;
                        }
                    }
                }
            }
        }
        comparer.summary(target);
        return comparer;
    }

    private static ProgramSpec program(Types types, ProbeValue value, Target target) {
        ProbeProgram p = new ProbeProgram();
        value.make().accept(p);
        ProgramSpec main = p.finishCalling(target);
        long[] own = main.code().toSlots();
        // The function under test comes last: it reads four bytes behind its argument.
        long[] all = java.util.Arrays.copyOf(own, own.length + 3);
        all[own.length] = Slot.of(0x61, 0, 1, 0, 0);
        all[own.length + 1] = Slot.of(0xb7, 0, 0, 0, 0);
        all[own.length + 2] = Slot.of(0x95, 0, 0, 0, 0);
        for (int i = 0; i < own.length; i++) {
            if (all[i] == Slot.of(0x85, 0, 1, 0, -1)) {
                all[i] = Slot.of(0x85, 0, 1, 0, own.length - i - 1);
            }
        }
        List<FuncInfo> functions = new ArrayList<>();
        for (FuncInfo f : main.functions()) {
            functions.add(new FuncInfo(f.insnIndex(), f.insnIndex() == 0 ? types.main : types.callback));
        }
        functions.add(new FuncInfo(own.length, types.function));
        return target.apply(ProgramSpec.of("probe", target.type(), BpfCode.of(all)))
                .withMaps(main.maps())
                .withTypes(types.btf, functions, List.of());
    }

    /** The types of one program. */
    private static final class Types {
        final Btf btf;
        final int main;
        final int callback;
        final int function;
        private final List<BtfType> t = new ArrayList<>();
        private final int word = add(new BtfType.Int("int", 4, true, false, false, 0, 32));

        Types(Parameter parameter, List<String> tags, boolean global) {
            int context = add(new BtfType.Pointer(0));
            int mainProto = add(new BtfType.FunctionProto(word, List.of(new BtfType.Parameter("ctx", context))));
            int callbackProto = add(new BtfType.FunctionProto(word, List.of()));
            main = add(new BtfType.Function("probe", mainProto, BtfType.Linkage.GLOBAL));
            callback = add(new BtfType.Function("callback", callbackProto, BtfType.Linkage.STATIC));
            int type = type(parameter);
            int proto = add(new BtfType.FunctionProto(word, List.of(new BtfType.Parameter("arg", type))));
            function = add(
                    new BtfType.Function("tested", proto, global ? BtfType.Linkage.GLOBAL : BtfType.Linkage.STATIC));
            for (String tag : tags) {
                add(new BtfType.DeclTag("arg:" + tag, function, 0));
            }
            btf = new Btf(null, t);
        }

        private int add(BtfType type) {
            t.add(type);
            return t.size();
        }

        private int pointer(int to) {
            return add(new BtfType.Pointer(to));
        }

        private int struct(String name, int size) {
            return add(new BtfType.Struct(
                    name, false, size, size == 0 ? List.of() : List.of(new BtfType.Member("m", word, 0, 0))));
        }

        private int type(Parameter p) {
            return switch (p) {
                case INT -> word;
                case LONG -> add(new BtfType.Int("long", 8, true, false, false, 0, 64));
                case ENUM -> add(new BtfType.Enum("e", 4, false, false, List.of(new BtfType.Enumerator("ONE", 1))));
                case FLOAT -> add(new BtfType.Float("double", 8));
                case STRUCT -> struct("s", 8);
                case VOID_PTR -> pointer(0);
                case CHAR_PTR -> pointer(add(new BtfType.Int("char", 1, true, false, false, 0, 8)));
                case INT_PTR -> pointer(word);
                case CONST_INT_PTR -> pointer(add(new BtfType.Const(word)));
                case LONG_PTR -> pointer(add(new BtfType.Int("u64", 8, false, false, false, 0, 64)));
                case INT_PTR_PTR -> pointer(pointer(word));
                case ARRAY_PTR -> pointer(add(new BtfType.Array(word, word, 4)));
                case STRUCT_PTR -> pointer(struct("mine", 24));
                case UNION_PTR ->
                    pointer(add(new BtfType.Struct("either", true, 8, List.of(new BtfType.Member("m", word, 0, 0)))));
                case FORWARD_PTR -> pointer(add(new BtfType.Forward("S", false)));
                case EMPTY_STRUCT_PTR -> pointer(struct("nothing", 0));
                case FUNCTION_PTR -> pointer(add(new BtfType.FunctionProto(word, List.of())));
                case SKB_PTR -> pointer(struct("__sk_buff", 192));
                case KERNEL_SKB_PTR -> pointer(struct("sk_buff", 232));
                case XDP_PTR -> pointer(struct("xdp_md", 24));
                case REGS_PTR -> pointer(struct("pt_regs", 168));
                case REGS_TYPEDEF_PTR ->
                    pointer(add(new BtfType.Typedef("bpf_user_pt_regs_t", struct("pt_regs", 168))));
                case PERF_PTR -> pointer(struct("bpf_perf_event_data", 184));
                case RAW_TP_PTR -> pointer(struct("bpf_raw_tracepoint_args", 8));
                case TASK_PTR -> pointer(struct("task_struct", 24));
                case TASK_FLAVOUR_PTR -> pointer(struct("task_struct___mine", 24));
                case UNKNOWN_KERNEL_PTR -> pointer(struct("no_such_struct", 24));
                case DYNPTR_PTR -> pointer(struct("bpf_dynptr", 16));
                case DYNPTR_FORWARD_PTR ->
                    pointer(add(new BtfType.Const(add(new BtfType.Forward("bpf_dynptr", false)))));
                case TYPEDEF_PTR -> pointer(add(new BtfType.Typedef("mine_t", struct("mine", 24))));
            };
        }
    }
}
