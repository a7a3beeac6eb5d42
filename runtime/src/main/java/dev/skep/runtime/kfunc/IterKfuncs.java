package dev.skep.runtime.kfunc;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * Iterators. Their state is in the program's stack.
 *
 * <p><em>Shape</em>: numbers are {@code s32 current, s32 end}; bits are {@code u64 word or address, u32 count, s32
 * bit}. Of the kernel's own objects there is the current task, and nothing else.
 */
public final class IterKfuncs {
    private static final long MAX_LOOPS = 8L << 20;
    private static final int MAX_WORDS = 511;
    private static final int COUNT = 8;
    private static final int BIT = 12;

    private IterKfuncs() {}

    static void register() {
        add("bpf_iter_num_new", "numNew", IterKfuncs::numNew);
        add("bpf_iter_num_next", "numNext", IterKfuncs::numNext);
        add("bpf_iter_num_destroy", "numDestroy", IterKfuncs::numDestroy);
        add("bpf_iter_bits_new", "bitsNew", IterKfuncs::bitsNew);
        add("bpf_iter_bits_next", "bitsNext", IterKfuncs::bitsNext);
        add("bpf_iter_bits_destroy", "bitsDestroy", IterKfuncs::bitsDestroy);
        add("bpf_iter_task_new", "taskNew", IterKfuncs::taskNew);
        add("bpf_iter_task_next", "taskNext", IterKfuncs::taskNext);
        add("bpf_iter_task_destroy", "none", IterKfuncs::none);
        for (String kind : new String[] {"task_vma", "css", "css_task", "kmem_cache", "dmabuf"}) {
            add("bpf_iter_" + kind + "_new", "none", IterKfuncs::none);
            add("bpf_iter_" + kind + "_next", "none", IterKfuncs::none);
            add("bpf_iter_" + kind + "_destroy", "none", IterKfuncs::none);
        }
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, IterKfuncs.class, method, function);
    }

    public static long numNew(RunContext cx, long it, long from, long to, long r4, long r5) {
        long start = (int) from;
        long end = (int) to;
        SlabAccess.store64(cx.memory(), it, 0);
        if (start > end) {
            return -Errno.EINVAL;
        }
        if (end - start > MAX_LOOPS) {
            return -Errno.E2BIG;
        }
        SlabAccess.store32(cx.memory(), it, start - 1);
        SlabAccess.store32(cx.memory(), it + 4, end);
        return 0;
    }

    public static long numNext(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        cx.tick();
        long next = SlabAccess.loadSigned32(cx.memory(), it) + 1;
        if ((int) next >= SlabAccess.loadSigned32(cx.memory(), it + 4)) {
            SlabAccess.store64(cx.memory(), it, 0);
            return 0;
        }
        SlabAccess.store32(cx.memory(), it, next);
        return it;
    }

    public static long numDestroy(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        SlabAccess.store64(cx.memory(), it, 0);
        return 0;
    }

    public static long bitsNew(RunContext cx, long it, long words, long count, long r4, long r5) {
        MemorySegment m = cx.memory();
        int n = (int) count;
        SlabAccess.store64(m, it, 0);
        SlabAccess.store64(m, it + COUNT, 0);
        if (words == 0 || n == 0) {
            return -Errno.EINVAL;
        }
        if (n < 0 || n > MAX_WORDS) {
            return -Errno.E2BIG;
        }
        if (!cx.slab().contains(words, 8L * n)) {
            return -Errno.EFAULT;
        }
        if (n == 1) {
            SlabAccess.store64(m, it, SlabAccess.load64(m, words));
        } else {
            long copy = cx.held().allocate(cx.slab(), cx.account(), 8L * n);
            if (copy == 0) {
                return -Errno.ENOMEM;
            }
            SlabAccess.copy(m, words, copy, 8L * n);
            SlabAccess.store64(m, it, copy);
        }
        SlabAccess.store32(m, it + COUNT, 64L * n);
        SlabAccess.store32(m, it + BIT, -1);
        return 0;
    }

    public static long bitsNext(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        MemorySegment m = cx.memory();
        cx.tick();
        int count = (int) SlabAccess.load32(m, it + COUNT);
        int bit = (int) SlabAccess.load32(m, it + BIT);
        if (bit >= 0 && bit >= count) {
            return 0;
        }
        long words = count == 64 ? it : SlabAccess.load64(m, it);
        int next = bit + 1;
        while (next < count) {
            long rest = SlabAccess.load64(m, words + next / 64 * 8L) >>> (next & 63);
            if (rest != 0) {
                next += Long.numberOfTrailingZeros(rest);
                SlabAccess.store32(m, it + BIT, next);
                return it + BIT;
            }
            next = (next & -64) + 64;
        }
        SlabAccess.store32(m, it + BIT, count);
        return 0;
    }

    public static long bitsDestroy(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        MemorySegment m = cx.memory();
        int count = (int) SlabAccess.load32(m, it + COUNT);
        if (count > 64) {
            cx.held().free(cx.slab(), SlabAccess.load64(m, it));
            SlabAccess.store64(m, it, 0);
        }
        SlabAccess.store64(m, it + COUNT, 0);
        return 0;
    }

    public static long taskNew(RunContext cx, long it, long task, long flags, long r4, long r5) {
        boolean known = (int) flags >= 0 && (int) flags <= 2;
        SlabAccess.store64(cx.memory(), it, known ? 1 : 0);
        return known ? 0 : -Errno.EINVAL;
    }

    public static long taskNext(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        if (SlabAccess.load64(cx.memory(), it) == 0) {
            return 0;
        }
        SlabAccess.store64(cx.memory(), it, 0);
        return cx.machine().currentTask();
    }

    /** An iterator over things that this runtime has none of. */
    public static long none(RunContext cx, long it, long r2, long r3, long r4, long r5) {
        return 0;
    }
}
