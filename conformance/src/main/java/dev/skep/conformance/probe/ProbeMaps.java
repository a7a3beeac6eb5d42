package dev.skep.conformance.probe;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The types and maps that probe programs use: made once, shared by all of them. */
final class ProbeMaps {
    static final int FUNC_MAIN;
    static final int FUNC_CALLBACK;
    static final Btf BTF;
    /** Array with one value each: spin lock, timer and kptr at offset 0, plain bytes after. */
    static final MapSpec LOCK;

    static final MapSpec TIMER;
    static final MapSpec KPTR;
    static final MapSpec PLAIN;
    /** {@code "abc %d"} and zeros, never to change. */
    static final MapSpec STRING;

    private static final Map<MapType, MapSpec> BY_TYPE = new EnumMap<>(MapType.class);

    static {
        List<BtfType> t = new ArrayList<>();
        int word = add(t, new BtfType.Int("int", 4, true, false, false, 0, 32));
        int wide = add(t, new BtfType.Int("long", 8, true, false, false, 0, 64));
        int lock = add(t, new BtfType.Struct("bpf_spin_lock", false, 4, List.of(member("val", word, 0))));
        int timerWords = add(t, new BtfType.Array(wide, word, 2));
        int timer = add(t, new BtfType.Struct("bpf_timer", false, 16, List.of(member("__opaque", timerWords, 0))));
        int task = add(t, new BtfType.Struct("task_struct", false, 0, List.of()));
        int tag = add(t, new BtfType.TypeTag("kptr", task));
        int kptr = add(t, new BtfType.Pointer(tag));
        int rest = add(t, new BtfType.Array(wide, word, 6));
        int lockValue = value(t, "lock_value", lock, rest);
        int timerValue = value(t, "timer_value", timer, rest);
        int kptrValue = value(t, "kptr_value", kptr, rest);
        int context = add(t, new BtfType.Pointer(0));
        int mainProto = add(t, new BtfType.FunctionProto(word, List.of(new BtfType.Parameter("ctx", context))));
        int callbackProto = add(t, new BtfType.FunctionProto(word, List.of()));
        FUNC_MAIN = add(t, new BtfType.Function("probe", mainProto, BtfType.Linkage.GLOBAL));
        FUNC_CALLBACK = add(t, new BtfType.Function("callback", callbackProto, BtfType.Linkage.STATIC));
        BTF = new Btf(null, t);
        LOCK = typed("lock", MapType.ARRAY, 4, 64, 1, 0, lockValue, word);
        TIMER = typed("timer", MapType.ARRAY, 4, 64, 1, 0, timerValue, word);
        KPTR = typed("kptr", MapType.ARRAY, 4, 64, 1, 0, kptrValue, word);
        PLAIN = MapSpec.of("plain", MapType.ARRAY, 4, 64, 1);
        byte[] text = new byte[64];
        System.arraycopy("abc %d".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, text, 0, 6);
        STRING = MapSpec.of("string", MapType.ARRAY, 4, 64, 1)
                .withFlags(MapSpec.F_RDONLY_PROG)
                .withContents(text)
                .asFrozen();
        for (MapType type : MapType.values()) {
            MapSpec m = ofType(type, word, wide);
            if (m != null) {
                BY_TYPE.put(type, m);
            }
        }
    }

    private ProbeMaps() {}

    /** A map of this type, null where the kernel would make none. */
    static MapSpec of(MapType type) {
        return BY_TYPE.get(type);
    }

    private static int add(List<BtfType> types, BtfType t) {
        types.add(t);
        return types.size();
    }

    private static int value(List<BtfType> t, String name, int first, int rest) {
        return add(
                t, new BtfType.Struct(name, false, 64, List.of(member("first", first, 0), member("rest", rest, 128))));
    }

    private static BtfType.Member member(String name, int type, int offsetBits) {
        return new BtfType.Member(name, type, offsetBits, 0);
    }

    private static MapSpec ofType(MapType type, int word, int wide) {
        String name =
                type.kernelName().substring(0, Math.min(15, type.kernelName().length()));
        return switch (type) {
            case UNSPEC, STRUCT_OPS, ARENA -> null;
            case HASH, ARRAY, PERCPU_HASH, PERCPU_ARRAY, STACK_TRACE, LRU_HASH, LRU_PERCPU_HASH ->
                MapSpec.of(name, type, 4, 64, 4);
            case LPM_TRIE -> MapSpec.of(name, type, 8, 8, 4).withFlags(1);
            case ARRAY_OF_MAPS, HASH_OF_MAPS ->
                MapSpec.of(name, type, 4, 4, 4).withInner(MapSpec.of(name + ".inner", MapType.ARRAY, 4, 64, 1));
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> MapSpec.of(name, type, 16, 64, 0);
            case QUEUE, STACK, BLOOM_FILTER -> MapSpec.of(name, type, 0, 8, 4);
            case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE -> typed(name, type, 4, 8, 0, 1, wide, word);
            case RINGBUF, USER_RINGBUF -> MapSpec.of(name, type, 0, 0, 4096);
            default -> MapSpec.of(name, type, 4, 4, 4);
        };
    }

    private static MapSpec typed(
            String name, MapType type, int key, int value, int entries, int flags, int valueType, int keyType) {
        return MapSpec.of(name, type, key, value, entries).withFlags(flags).withTypes(BTF, keyType, valueType);
    }
}
