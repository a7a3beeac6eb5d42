package dev.skep.conformance.dynptr;

import dev.skep.kernel.KernelModel;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One program to try, and what it is given.
 *
 * @param spec maps are those of {@link #maps}, in their order
 * @param packet Ethernet packet; empty for program types without one
 * @param context bytes of the context, for syscall programs
 * @param samples what the user ring holds when the program starts
 */
public record Subject(ProgramSpec spec, byte[] packet, byte[] context, List<byte[]> samples) {
    /** Array of one value: the results of {@link DynptrCode}. */
    public static final int RESULTS = 0;
    /** Array of one value of {@link #AREA_BYTES}, counting from 0: what local dynptrs lie over. */
    public static final int AREA = 1;
    /** Array of one value of {@link #BUFFER_BYTES}, all 0xb0: where reads go and writes come from. */
    public static final int BUFFER = 2;
    /** Ring buffer of one page. */
    public static final int RING = 3;
    /** User ring buffer of one page. */
    public static final int USER_RING = 4;
    /** Array of one value of 2^24 + 8 bytes; only where asked for. */
    public static final int LARGE = 5;

    public static final int RESULT_BYTES = 1024;
    public static final int AREA_BYTES = 1024;
    public static final int BUFFER_BYTES = 8192;

    /**
     * BTF ids of function types: {@code int (void *)}, {@code long (dynptr *, void *)} static, {@code int (dynptr *)}
     * global.
     */
    public static final int MAIN_TYPE = 6;

    public static final int CALLBACK_TYPE = 8;
    public static final int GLOBAL_TYPE = 10;
    /** BTF id of a struct of two longs, to allocate. */
    public static final int PAIR_TYPE = 11;

    private static final Btf TYPES = new Btf(
            null,
            List.of(
                    new BtfType.Int("int", 4, true, false, false, 0, 32),
                    new BtfType.Int("long", 8, true, false, false, 0, 64),
                    new BtfType.Struct("bpf_dynptr", false, 16, List.of()),
                    new BtfType.Pointer(3),
                    new BtfType.FunctionProto(1, List.of(new BtfType.Parameter("context", 4))),
                    new BtfType.Function("trial", 5, BtfType.Linkage.GLOBAL),
                    new BtfType.FunctionProto(
                            2, List.of(new BtfType.Parameter("d", 4), new BtfType.Parameter("context", 4))),
                    new BtfType.Function("callback", 7, BtfType.Linkage.STATIC),
                    new BtfType.FunctionProto(1, List.of(new BtfType.Parameter("d", 4))),
                    new BtfType.Function("whole", 9, BtfType.Linkage.GLOBAL),
                    new BtfType.Struct(
                            "pair",
                            false,
                            16,
                            List.of(new BtfType.Member("a", 2, 0, 0), new BtfType.Member("b", 2, 64, 0)))));

    /**
     * A program of this type, written by {@code body}; R1 is kept in R9 before it and {@code r0 = 0; exit} follows it.
     */
    public static Subject of(KernelModel kernel, ProgramType type, int flags, Consumer<DynptrCode> body) {
        DynptrCode code = new DynptrCode(kernel);
        body.accept(code);
        if (code.functions().isEmpty()) {
            code.end();
        }
        List<FuncInfo> functions = new ArrayList<>();
        if (!code.functions().isEmpty() || code.isTyped()) {
            functions.add(new FuncInfo(0, MAIN_TYPE));
            code.functions().forEach(f -> functions.add(new FuncInfo(f[0], f[1])));
        }
        var insns = code.finish();
        AttachType attach = switch (type) {
            case CGROUP_SKB -> AttachType.CGROUP_INET_INGRESS;
            case LSM -> AttachType.LSM_MAC;
            default -> null;
        };
        int target = type == ProgramType.LSM ? kernel.btf().find("bpf_lsm_file_open", BtfType.Function.class) : 0;
        ProgramSpec spec = new ProgramSpec(
                "",
                "trial",
                "",
                type,
                attach,
                target == 0 ? "" : "file_open",
                target,
                -1,
                flags,
                "GPL",
                insns,
                insns.size(),
                maps(false),
                functions.isEmpty() ? Btf.EMPTY : TYPES,
                functions,
                List.of(),
                code.kfuncs(),
                Map.of(),
                Map.of());
        return new Subject(spec, new byte[0], new byte[0], List.of());
    }

    public Subject withPacket(byte[] bytes) {
        return new Subject(spec, bytes, context, samples);
    }

    public Subject withContext(byte[] bytes) {
        return new Subject(spec, packet, bytes, samples);
    }

    public Subject withSamples(List<byte[]> given) {
        return new Subject(spec, packet, context, given);
    }

    /** With the map {@link #LARGE} as well. */
    public Subject withLargeMap() {
        return new Subject(spec.withMaps(maps(true)), packet, context, samples);
    }

    /** 0, 1, ..., 255, 0, ... */
    public static byte[] counting(int bytes) {
        byte[] b = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            b[i] = (byte) i;
        }
        return b;
    }

    private static List<MapSpec> maps(boolean large) {
        byte[] buffer = new byte[BUFFER_BYTES];
        java.util.Arrays.fill(buffer, (byte) 0xb0);
        List<MapSpec> all = new ArrayList<>(List.of(
                MapSpec.of("results", MapType.ARRAY, 4, RESULT_BYTES, 1),
                MapSpec.of("area", MapType.ARRAY, 4, AREA_BYTES, 1).withContents(counting(AREA_BYTES)),
                MapSpec.of("buffer", MapType.ARRAY, 4, BUFFER_BYTES, 1).withContents(buffer),
                MapSpec.of("ring", MapType.RINGBUF, 0, 0, 4096),
                MapSpec.of("user_ring", MapType.USER_RINGBUF, 0, 0, 4096)));
        if (large) {
            all.add(MapSpec.of("large", MapType.ARRAY, 4, (1 << 24) + 8, 1));
        }
        return List.copyOf(all);
    }
}
