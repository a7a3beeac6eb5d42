package dev.skep.kernel;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What Skep offers beyond Linux 6.18, each part behind a feature that is off unless asked for.
 *
 * <p><em>Shape</em>: kernel functions that Linux lacks are types on top of the kernel's own (a split {@link Btf}), so
 * that linking and verifying treat them as they treat any other. Ids of the kernel's types stay as they are.
 */
public final class Extensions {
    /** {@code bpf_dynptr_alloc} and {@code bpf_dynptr_put}. */
    public static final String MALLOC_DYNPTR = "malloc-dynptr";
    /** Local dynptrs over stack, map keys and allocated objects. */
    public static final String STACK_DYNPTR = "stack-dynptr";

    /** Of Linux 6.19: dynptrs over files, 64-bit sizes and offsets of dynptrs, rings that overwrite. */
    public static final String LINUX_619 = "linux-6.19";

    private Extensions() {}

    /**
     * The model with the kernel functions of these features added. Models of other kernels than 6.18 have no
     * extensions.
     */
    public static KernelModel on(KernelModel model, Set<String> features) {
        boolean functions = features.contains(MALLOC_DYNPTR) || features.contains(LINUX_619);
        return functions && model instanceof Linux618 linux ? linux.extended() : model;
    }

    /** The feature that a kernel function needs, null for those of Linux 6.18. */
    public static String featureOf(String kfunc) {
        return switch (kfunc) {
            case "bpf_dynptr_alloc", "bpf_dynptr_put" -> MALLOC_DYNPTR;
            case "bpf_dynptr_from_file", "bpf_dynptr_file_discard" -> LINUX_619;
            default -> null;
        };
    }

    /** The types of all extensions on top of a kernel's. */
    public static Btf types(Btf kernel) {
        return new Types(kernel).build();
    }

    private static final class Types {
        private final Btf base;
        private final List<BtfType> added = new ArrayList<>();

        private Types(Btf base) {
            this.base = base;
        }

        private int add(BtfType type) {
            added.add(type);
            return base.size() + added.size() - 1;
        }

        private int integer(String name, int size, boolean signed) {
            int known = base.find(name, BtfType.Int.class);
            return known > 0 ? known : add(new BtfType.Int(name, size, signed, false, false, 0, 8 * size));
        }

        private void function(String name, int result, BtfType.Parameter... parameters) {
            int proto = add(new BtfType.FunctionProto(result, List.of(parameters)));
            add(new BtfType.Function(name, proto, BtfType.Linkage.STATIC));
        }

        private Btf build() {
            int dynptr = base.find("bpf_dynptr", BtfType.Struct.class);
            if (dynptr < 0) {
                return base;
            }
            int pointer = add(new BtfType.Pointer(dynptr));
            int u32 = integer("unsigned int", 4, false);
            int u64 = integer("long long unsigned int", 8, false);
            function(
                    "bpf_dynptr_alloc",
                    integer("int", 4, true),
                    new BtfType.Parameter("size", u32),
                    new BtfType.Parameter("flags", u64),
                    new BtfType.Parameter("ptr__uninit", pointer));
            function("bpf_dynptr_put", 0, new BtfType.Parameter("ptr", pointer));
            int file = base.find("file", BtfType.Struct.class);
            if (file > 0 && base.find("bpf_dynptr_from_file", BtfType.Function.class) < 0) {
                int result = integer("int", 4, true);
                function(
                        "bpf_dynptr_from_file",
                        result,
                        new BtfType.Parameter("file", add(new BtfType.Pointer(file))),
                        new BtfType.Parameter("flags", u32),
                        new BtfType.Parameter("ptr__uninit", pointer));
                function("bpf_dynptr_file_discard", result, new BtfType.Parameter("dynptr", pointer));
            }
            return new Btf(base, added);
        }
    }
}
