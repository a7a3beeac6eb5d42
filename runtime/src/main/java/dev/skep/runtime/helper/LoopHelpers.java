package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.HashMap;
import dev.skep.runtime.memory.SlabAccess;

/** Helpers that call a subprogram again and again. */
public final class LoopHelpers {
    private static final long MAX_LOOPS = 8L << 20;
    /** -E2BIG as a 32-bit number: Linux puts the loop in place of the call, and its refusal is a 32-bit move. */
    public static final long TOO_MANY = -Errno.E2BIG & 0xffff_ffffL;

    private LoopHelpers() {}

    static void register() {
        HelperTable.add(181, "bpf_loop", LoopHelpers.class, "loop", LoopHelpers::loop);
        HelperTable.add(164, "bpf_for_each_map_elem", LoopHelpers.class, "forEach", LoopHelpers::forEach);
    }

    /**
     * Calls {@code callback(index, ctx)} until it returns other than 0; gives the number of calls. All 64 bits of the
     * count are compared with the limit, as in the loop that Linux puts in place of the call.
     */
    public static long loop(RunContext cx, long count, long callback, long ctx, long flags, long r5) {
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(count, MAX_LOOPS) > 0) {
            return TOO_MANY;
        }
        for (long i = 0; i < count; i++) {
            if (cx.callback(callback, i, ctx, 0, 0, 0) != 0) {
                return i + 1;
            }
        }
        return count;
    }

    /** Calls {@code callback(map, key, value, ctx)} for each element; gives the number of calls. */
    public static long forEach(RunContext cx, long map, long callback, long ctx, long flags, long r5) {
        if (flags != 0) {
            return -Errno.EINVAL;
        }
        return switch (cx.map(map)) {
            case ArrayMap a -> forEach(cx, a, callback, ctx);
            case HashMap h -> forEach(cx, h, callback, ctx);
            default -> -Errno.EINVAL;
        };
    }

    private static long forEach(RunContext cx, ArrayMap map, long callback, long ctx) {
        long caller = cx.frame();
        long key = cx.enterFrame() - 8;
        try {
            for (int i = 0; i < map.maxEntries(); i++) {
                SlabAccess.store32(cx.memory(), key, i);
                if (cx.callback(callback, map.address(), key, map.valueAt(i, cx.cpu()), ctx, 0) != 0) {
                    return i + 1;
                }
            }
            return map.maxEntries();
        } finally {
            cx.leaveFrame(caller);
        }
    }

    private static long forEach(RunContext cx, HashMap map, long callback, long ctx) {
        long calls = 0;
        for (int bucket = 0; bucket <= map.mask(); bucket++) {
            long element = map.firstInBucket(bucket);
            while (element != 0) {
                long next = map.nextInBucket(element);
                calls++;
                long value = map.valueOf(element, cx.cpu());
                if (cx.callback(callback, map.address(), map.keyOf(element), value, ctx, 0) != 0) {
                    return calls;
                }
                element = next;
            }
        }
        return calls;
    }
}
