package dev.skep.runtime.kfunc;

import dev.skep.kernel.map.SpecialField;
import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.SlabAccess;
import java.util.List;
import java.util.function.LongBinaryOperator;

/**
 * CPU masks: bits by CPU number, as many words as the machine's CPUs need. A {@code bpf_cpumask} is 1024 bytes of mask
 * and a reference count.
 */
public final class CpumaskKfuncs {
    /** Bytes of the mask. */
    public static final int MASK_BYTES = 1024;

    private CpumaskKfuncs() {}

    static void register() {
        add("bpf_cpumask_create", "create", CpumaskKfuncs::create);
        add("bpf_cpumask_acquire", "acquire", CpumaskKfuncs::acquire);
        add("bpf_cpumask_release", "release", CpumaskKfuncs::release);
        add("bpf_cpumask_release_dtor", "release", CpumaskKfuncs::release);
        add("bpf_cpumask_first", "first", CpumaskKfuncs::first);
        add("bpf_cpumask_first_zero", "firstZero", CpumaskKfuncs::firstZero);
        add("bpf_cpumask_first_and", "firstAnd", CpumaskKfuncs::firstAnd);
        add("bpf_cpumask_any_distribute", "first", CpumaskKfuncs::first);
        add("bpf_cpumask_any_and_distribute", "firstAnd", CpumaskKfuncs::firstAnd);
        add("bpf_cpumask_set_cpu", "setCpu", CpumaskKfuncs::setCpu);
        add("bpf_cpumask_clear_cpu", "clearCpu", CpumaskKfuncs::clearCpu);
        add("bpf_cpumask_test_cpu", "testCpu", CpumaskKfuncs::testCpu);
        add("bpf_cpumask_test_and_set_cpu", "testAndSetCpu", CpumaskKfuncs::testAndSetCpu);
        add("bpf_cpumask_test_and_clear_cpu", "testAndClearCpu", CpumaskKfuncs::testAndClearCpu);
        add("bpf_cpumask_setall", "setAll", CpumaskKfuncs::setAll);
        add("bpf_cpumask_clear", "clear", CpumaskKfuncs::clear);
        add("bpf_cpumask_and", "and", CpumaskKfuncs::and);
        add("bpf_cpumask_or", "or", CpumaskKfuncs::or);
        add("bpf_cpumask_xor", "xor", CpumaskKfuncs::xor);
        add("bpf_cpumask_copy", "copy", CpumaskKfuncs::copy);
        add("bpf_cpumask_equal", "equal", CpumaskKfuncs::equal);
        add("bpf_cpumask_intersects", "intersects", CpumaskKfuncs::intersects);
        add("bpf_cpumask_subset", "subset", CpumaskKfuncs::subset);
        add("bpf_cpumask_empty", "empty", CpumaskKfuncs::empty);
        add("bpf_cpumask_full", "full", CpumaskKfuncs::full);
        add("bpf_cpumask_weight", "weight", CpumaskKfuncs::weight);
        add("bpf_cpumask_populate", "populate", CpumaskKfuncs::populate);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, CpumaskKfuncs.class, method, function);
    }

    /** What the heap must know of a {@code struct bpf_cpumask} that this account pays for. */
    public static ObjectType type(MemoryAccount payer) {
        SpecialField count = new SpecialField(SpecialField.Kind.REFCOUNT, MASK_BYTES, 4, null, 0, 0);
        return new ObjectType(MASK_BYTES + 8, List.of(count), payer);
    }

    private static int words(RunContext cx) {
        return (cx.machine().cpus() + 63) / 64;
    }

    private static long word(RunContext cx, long mask, int i) {
        return SlabAccess.load64(cx.memory(), mask + 8L * i);
    }

    /** The bits of word {@code i} that are CPUs. */
    private static long valid(RunContext cx, int i) {
        int left = cx.machine().cpus() - 64 * i;
        return left >= 64 ? -1 : (1L << left) - 1;
    }

    public static long create(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.objects().own(cx.machine().objects().allocate(cx.program().cpumaskType(), false));
    }

    public static long acquire(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        return cx.objects().own(cx.machine().objects().acquire(mask));
    }

    public static long release(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        cx.objects().disown(mask);
        cx.machine().objects().drop(mask);
        return 0;
    }

    /** Index of the first bit of a word-wise function of two masks; the number of CPUs when there is none. */
    private static long first(RunContext cx, long a, long b, LongBinaryOperator f) {
        for (int i = 0; i < words(cx); i++) {
            long bits = f.applyAsLong(word(cx, a, i), word(cx, b, i)) & valid(cx, i);
            if (bits != 0) {
                return 64L * i + Long.numberOfTrailingZeros(bits);
            }
        }
        return cx.machine().cpus();
    }

    public static long first(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        return first(cx, mask, mask, (x, _) -> x);
    }

    public static long firstZero(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        return first(cx, mask, mask, (x, _) -> ~x);
    }

    public static long firstAnd(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return first(cx, a, b, (x, y) -> x & y);
    }

    private static boolean isCpu(RunContext cx, long cpu) {
        return (cpu & 0xffff_ffffL) < cx.machine().cpus();
    }

    private static long at(long mask, long cpu) {
        return mask + ((cpu & 0xffff_ffffL) >>> 6) * 8;
    }

    public static long setCpu(RunContext cx, long cpu, long mask, long r3, long r4, long r5) {
        testAndSetCpu(cx, cpu, mask, 0, 0, 0);
        return 0;
    }

    public static long clearCpu(RunContext cx, long cpu, long mask, long r3, long r4, long r5) {
        testAndClearCpu(cx, cpu, mask, 0, 0, 0);
        return 0;
    }

    public static long testCpu(RunContext cx, long cpu, long mask, long r3, long r4, long r5) {
        return isCpu(cx, cpu) ? SlabAccess.load64(cx.memory(), at(mask, cpu)) >>> (cpu & 63) & 1 : 0;
    }

    public static long testAndSetCpu(RunContext cx, long cpu, long mask, long r3, long r4, long r5) {
        if (!isCpu(cx, cpu)) {
            return 0;
        }
        return SlabAccess.getAndOr64(cx.memory(), at(mask, cpu), 1L << (cpu & 63)) >>> (cpu & 63) & 1;
    }

    public static long testAndClearCpu(RunContext cx, long cpu, long mask, long r3, long r4, long r5) {
        if (!isCpu(cx, cpu)) {
            return 0;
        }
        return SlabAccess.getAndAnd64(cx.memory(), at(mask, cpu), ~(1L << (cpu & 63))) >>> (cpu & 63) & 1;
    }

    /** Stores a word-wise function of two masks; 1 when any bit is set. */
    private static long combine(RunContext cx, long to, long a, long b, LongBinaryOperator f) {
        long any = 0;
        for (int i = 0; i < words(cx); i++) {
            long bits = f.applyAsLong(word(cx, a, i), word(cx, b, i)) & valid(cx, i);
            SlabAccess.store64(cx.memory(), to + 8L * i, bits);
            any |= bits;
        }
        return any != 0 ? 1 : 0;
    }

    public static long setAll(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        combine(cx, mask, mask, mask, (_, _) -> -1);
        return 0;
    }

    public static long clear(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        combine(cx, mask, mask, mask, (_, _) -> 0);
        return 0;
    }

    public static long and(RunContext cx, long to, long a, long b, long r4, long r5) {
        return combine(cx, to, a, b, (x, y) -> x & y);
    }

    public static long or(RunContext cx, long to, long a, long b, long r4, long r5) {
        combine(cx, to, a, b, (x, y) -> x | y);
        return 0;
    }

    public static long xor(RunContext cx, long to, long a, long b, long r4, long r5) {
        combine(cx, to, a, b, (x, y) -> x ^ y);
        return 0;
    }

    public static long copy(RunContext cx, long to, long from, long r3, long r4, long r5) {
        combine(cx, to, from, from, (x, _) -> x);
        return 0;
    }

    /** 1 when a word-wise function of two masks has no bit. */
    private static long none(RunContext cx, long a, long b, LongBinaryOperator f) {
        return first(cx, a, b, f) == cx.machine().cpus() ? 1 : 0;
    }

    public static long equal(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return none(cx, a, b, (x, y) -> x ^ y);
    }

    public static long intersects(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return 1 - none(cx, a, b, (x, y) -> x & y);
    }

    public static long subset(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return none(cx, a, b, (x, y) -> x & ~y);
    }

    public static long empty(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        return none(cx, mask, mask, (x, _) -> x);
    }

    public static long full(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        return none(cx, mask, mask, (x, _) -> ~x);
    }

    public static long weight(RunContext cx, long mask, long r2, long r3, long r4, long r5) {
        long count = 0;
        for (int i = 0; i < words(cx); i++) {
            count += Long.bitCount(word(cx, mask, i) & valid(cx, i));
        }
        return count;
    }

    /** Fills a mask from memory, which must hold at least a bit per CPU, in whole words. */
    public static long populate(RunContext cx, long mask, long from, long size, long r4, long r5) {
        if (size < (cx.machine().cpus() + 7) / 8) {
            return -Errno.EACCES;
        }
        if (size % 8 != 0) {
            return -Errno.EINVAL;
        }
        SlabAccess.copy(cx.memory(), from, mask, Math.min(size, 8L * words(cx)));
        return 0;
    }
}
