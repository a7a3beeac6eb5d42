package dev.skep.conformance.random;

import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.btf.BtfType.Linkage;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;

/** What the generated programs of one batch share: maps, types of their functions, kernel functions by name. */
final class Environment {
    static final int ARRAY = 0;
    static final int HASH = 1;
    static final int PERCPU_ARRAY = 2;
    static final int RINGBUF = 3;
    static final int BLOOM = 4;
    static final int READ_ONLY = 5;
    static final int GLOBALS = 6;
    static final int QUEUE = 7;
    static final int OUTER = 8;
    static final int USER_RINGBUF = 9;
    static final int LRU = 10;
    static final int LOCKED = 11;
    static final int SMALL = 12;

    /** Bytes of the struct that global functions take by pointer. */
    static final int STRUCT_BYTES = 16;

    private final KernelModel kernel;
    final List<MapSpec> maps;
    private final int programArrays;
    final Btf btf;
    private final int[] mains = new int[ProgramType.values().length];
    final int staticFunction;
    final int loopCallback;
    final int elementCallback;
    final int drainCallback;
    final int globalNumbers;
    final int globalStruct;
    final int globalContext;

    Environment(KernelModel kernel) {
        this.kernel = kernel;
        Types t = new Types();
        int integer = t.add(new BtfType.Int("int", 4, true, false, false, 0, 32));
        int wide = t.add(new BtfType.Int("long", 8, true, false, false, 0, 64));
        int pair = t.add(new BtfType.Struct(
                "pair",
                false,
                STRUCT_BYTES,
                List.of(new BtfType.Member("a", wide, 0, 0), new BtfType.Member("b", wide, 64, 0))));
        int toPair = t.add(new BtfType.Pointer(pair));
        int toVoid = t.add(new BtfType.Pointer(0));
        int lock =
                t.add(new BtfType.Struct("bpf_spin_lock", false, 4, List.of(new BtfType.Member("val", integer, 0, 0))));
        int locked = t.add(new BtfType.Struct(
                "locked",
                false,
                24,
                List.of(
                        new BtfType.Member("lock", lock, 0, 0), new BtfType.Member("n", integer, 32, 0),
                        new BtfType.Member("a", wide, 64, 0), new BtfType.Member("b", wide, 128, 0))));
        staticFunction = t.function("sub", Linkage.STATIC, integer, wide, wide, wide);
        loopCallback = t.function("each", Linkage.STATIC, wide, integer, toVoid);
        elementCallback = t.function("element", Linkage.STATIC, wide, toVoid, toVoid, toVoid, toVoid);
        drainCallback = t.function("drain", Linkage.STATIC, wide, toVoid, toVoid);
        globalNumbers = t.function("numbers", Linkage.GLOBAL, integer, wide, integer);
        globalStruct = t.function("structs", Linkage.GLOBAL, integer, toPair, integer);
        int first = 0;
        for (ProgramType type : ProgramGenerator.TYPES) {
            String name = contextName(type);
            int context = name.isEmpty() ? toVoid : t.add(new BtfType.Pointer(t.add(new BtfType.Forward(name, false))));
            mains[type.ordinal()] = t.function(
                    "main_" + type.name().toLowerCase(java.util.Locale.ROOT), Linkage.GLOBAL, integer, context);
            first = first == 0 ? context : first;
        }
        globalContext = t.function("contexts", Linkage.GLOBAL, integer, first, integer);
        btf = new Btf(null, t.types);
        MapSpec inner = MapSpec.of("outer.inner", MapType.ARRAY, 4, 32, 2);
        byte[] constants = new byte[32];
        for (int i = 0; i < constants.length; i++) {
            constants[i] = (byte) (i * 37);
        }
        List<MapSpec> all = new ArrayList<>(List.of(
                MapSpec.of("array", MapType.ARRAY, 4, 48, 4),
                MapSpec.of("hash", MapType.HASH, 8, 16, 8),
                MapSpec.of("percpu", MapType.PERCPU_ARRAY, 4, 64, 2),
                MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096),
                MapSpec.of("bloom", MapType.BLOOM_FILTER, 0, 8, 8),
                MapSpec.of("constants", MapType.ARRAY, 4, 32, 1)
                        .withFlags(MapSpec.F_RDONLY_PROG)
                        .withContents(constants)
                        .asFrozen(),
                MapSpec.of("globals", MapType.ARRAY, 4, 128, 1).withContents(new byte[] {1, 2, 3}),
                MapSpec.of("queue", MapType.QUEUE, 0, 8, 4),
                MapSpec.of("outer", MapType.ARRAY_OF_MAPS, 4, 4, 2).withInner(inner),
                MapSpec.of("user_ring", MapType.USER_RINGBUF, 0, 0, 4096),
                MapSpec.of("lru", MapType.LRU_HASH, 4, 8, 8),
                MapSpec.of("locked", MapType.ARRAY, 4, 24, 2).withTypes(btf, integer, locked),
                MapSpec.of("small", MapType.ARRAY, 4, 1, 1)));
        programArrays = all.size();
        ProgramGenerator.TYPES.forEach(_ -> all.add(MapSpec.of("progs", MapType.PROG_ARRAY, 4, 4, 2)));
        maps = List.copyOf(all);
    }

    private static String contextName(ProgramType type) {
        return switch (type) {
            case XDP -> "xdp_md";
            case SCHED_CLS, SOCKET_FILTER, CGROUP_SKB -> "__sk_buff";
            default -> "";
        };
    }

    /** BTF id of the main function of this type. */
    int main(ProgramType type) {
        return mains[type.ordinal()];
    }

    /** The map of programs to call: one belongs to the type of the first program that names it. */
    int programArray(ProgramType type) {
        return programArrays + ProgramGenerator.TYPES.indexOf(type);
    }

    MapSpec map(int index) {
        return maps.get(index);
    }

    /** BTF id of a kernel function, 0 if the kernel has none of the name. */
    int kfunc(String name) {
        return Math.max(0, kernel.btf().find(name, BtfType.Function.class));
    }

    /** Types as they are made; ids count from 1. */
    private static final class Types {
        final List<BtfType> types = new ArrayList<>();

        int add(BtfType type) {
            types.add(type);
            return types.size();
        }

        int function(String name, Linkage linkage, int result, int... parameters) {
            List<BtfType.Parameter> list = new ArrayList<>();
            for (int i = 0; i < parameters.length; i++) {
                list.add(new BtfType.Parameter("p" + i, parameters[i]));
            }
            return add(new BtfType.Function(name, add(new BtfType.FunctionProto(result, list)), linkage));
        }
    }
}
