package dev.skep.verifier.golden;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.util.ArrayList;
import java.util.List;

/** The few types that the samples need: of the kernel, of map values, of the programs' functions. */
final class SampleTypes {
    private final List<BtfType> types = new ArrayList<>();

    private SampleTypes() {}

    private int add(BtfType type) {
        types.add(type);
        return types.size();
    }

    private int number(String name, int size, boolean signed) {
        return add(new BtfType.Int(name, size, signed, false, false, 0, size * 8));
    }

    private int function(String name, BtfType.Linkage linkage, int result, BtfType.Parameter... parameters) {
        int proto = add(new BtfType.FunctionProto(result, List.of(parameters)));
        return add(new BtfType.Function(name, proto, linkage));
    }

    /** A kernel with tasks, number iterators and RCU. */
    static Btf kernel() {
        SampleTypes t = new SampleTypes();
        int integer = t.number("int", 4, true);
        int word = t.number("unsigned long", 8, false);
        int info = t.add(new BtfType.Struct(
                "thread_info",
                false,
                16,
                List.of(new BtfType.Member("flags", word, 0, 0), new BtfType.Member("syscall_work", word, 64, 0))));
        int task = t.add(
                new BtfType.Struct("task_struct", false, 16, List.of(new BtfType.Member("thread_info", info, 0, 0))));
        int taskPointer = t.add(new BtfType.Pointer(task));
        int iterator = t.add(
                new BtfType.Struct("bpf_iter_num", false, 8, List.of(new BtfType.Member("__opaque", word, 0, 0))));
        int iteratorPointer = t.add(new BtfType.Pointer(iterator));
        int integerPointer = t.add(new BtfType.Pointer(integer));
        BtfType.Linkage global = BtfType.Linkage.GLOBAL;
        t.function(
                "bpf_iter_num_new",
                global,
                integer,
                new BtfType.Parameter("it", iteratorPointer),
                new BtfType.Parameter("start", integer),
                new BtfType.Parameter("end", integer));
        t.function("bpf_iter_num_next", global, integerPointer, new BtfType.Parameter("it", iteratorPointer));
        t.function("bpf_iter_num_destroy", global, 0, new BtfType.Parameter("it", iteratorPointer));
        t.function("bpf_task_acquire", global, taskPointer, new BtfType.Parameter("p", taskPointer));
        t.function("bpf_task_release", global, 0, new BtfType.Parameter("p", taskPointer));
        t.function("bpf_rcu_read_lock", global, 0);
        t.function("bpf_rcu_read_unlock", global, 0);
        return new Btf(null, t.types);
    }

    /**
     * One {@code int f(int)} for each name, numbered from 4 in steps of 1; static unless the name begins with "global
     * ".
     */
    static Btf functions(List<String> names) {
        SampleTypes t = new SampleTypes();
        int integer = t.number("int", 4, true);
        int proto = t.add(new BtfType.FunctionProto(integer, List.of(new BtfType.Parameter("a", integer))));
        t.number("unsigned int", 4, false);
        for (String name : names) {
            boolean global = name.startsWith("global ");
            t.add(new BtfType.Function(
                    name.replace("global ", ""), proto, global ? BtfType.Linkage.GLOBAL : BtfType.Linkage.STATIC));
        }
        return new Btf(null, t.types);
    }

    static final int FIRST_FUNCTION = 4;

    /** {@code struct { struct bpf_spin_lock lock; u32 pad; u64 rest[7]; }}; its id is {@link #LOCKED_VALUE}. */
    static Btf lockedValue() {
        SampleTypes t = new SampleTypes();
        int u32 = t.number("unsigned int", 4, false);
        int u64 = t.number("unsigned long long", 8, false);
        int lock = t.add(new BtfType.Struct("bpf_spin_lock", false, 4, List.of(new BtfType.Member("val", u32, 0, 0))));
        int rest = t.add(new BtfType.Array(u64, u32, 7));
        t.add(new BtfType.Struct(
                "value",
                false,
                64,
                List.of(new BtfType.Member("lock", lock, 0, 0), new BtfType.Member("rest", rest, 64, 0))));
        return new Btf(null, t.types);
    }

    static final int LOCKED_VALUE = 5;
}
