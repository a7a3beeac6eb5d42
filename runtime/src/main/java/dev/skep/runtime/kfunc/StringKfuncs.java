package dev.skep.runtime.kfunc;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.helper.ProbeHelpers;
import dev.skep.runtime.memory.SlabAccess;

/**
 * String functions on raw addresses. Searches give an index or -ENOENT; a string without memory gives -EFAULT or
 * -ERANGE, one without an end in 64 KiB -E2BIG.
 */
public final class StringKfuncs {
    private static final int LIMIT = 65536;
    private static final int TOO_LONG = Integer.MAX_VALUE;

    private StringKfuncs() {}

    static void register() {
        add("bpf_strcmp", "compare", StringKfuncs::compare);
        add("bpf_strcasecmp", "compareIgnoringCase", StringKfuncs::compareIgnoringCase);
        add("bpf_strlen", "length", StringKfuncs::length);
        add("bpf_strnlen", "lengthWithin", StringKfuncs::lengthWithin);
        add("bpf_strchr", "find", StringKfuncs::find);
        add("bpf_strnchr", "findWithin", StringKfuncs::findWithin);
        add("bpf_strchrnul", "findOrEnd", StringKfuncs::findOrEnd);
        add("bpf_strrchr", "findLast", StringKfuncs::findLast);
        add("bpf_strspn", "span", StringKfuncs::span);
        add("bpf_strcspn", "spanWithout", StringKfuncs::spanWithout);
        add("bpf_strstr", "findString", StringKfuncs::findString);
        add("bpf_strnstr", "findStringWithin", StringKfuncs::findStringWithin);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, StringKfuncs.class, method, function);
    }

    /** The byte at an address, or a negated error number. */
    private static int at(RunContext cx, long address, long index) {
        if (index >= LIMIT) {
            return -Errno.E2BIG;
        }
        if (!cx.slab().contains(address + index, 1)) {
            return (int) ProbeHelpers.kernelFault(address + index);
        }
        return (int) SlabAccess.load8(cx.memory(), address + index);
    }

    private static int fold(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    private static long compare(RunContext cx, long a, long b, boolean ignoreCase) {
        for (long i = 0; ; i++) {
            int x = at(cx, a, i);
            int y = at(cx, b, i);
            if (x < 0 || y < 0) {
                return x < 0 ? x : y;
            }
            if (ignoreCase) {
                x = fold(x);
                y = fold(y);
            }
            if (x != y) {
                return x < y ? -1 : 1;
            }
            if (x == 0) {
                return 0;
            }
        }
    }

    public static long compare(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return compare(cx, a, b, false);
    }

    public static long compareIgnoringCase(RunContext cx, long a, long b, long r3, long r4, long r5) {
        return compare(cx, a, b, true);
    }

    public static long length(RunContext cx, long s, long r2, long r3, long r4, long r5) {
        return lengthWithin(cx, s, TOO_LONG, 0, 0, 0);
    }

    public static long lengthWithin(RunContext cx, long s, long count, long r3, long r4, long r5) {
        for (long i = 0; ; i++) {
            if (Long.compareUnsigned(i, count) >= 0) {
                return i;
            }
            int c = at(cx, s, i);
            if (c <= 0) {
                return c < 0 ? c : i;
            }
        }
    }

    private static long find(RunContext cx, long s, long count, int wanted, boolean orEnd) {
        for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
            int c = at(cx, s, i);
            if (c < 0) {
                return c;
            }
            if (c == wanted) {
                return i;
            }
            if (c == 0) {
                return orEnd ? i : -Errno.ENOENT;
            }
        }
        return -Errno.ENOENT;
    }

    public static long find(RunContext cx, long s, long c, long r3, long r4, long r5) {
        return find(cx, s, TOO_LONG, (int) c & 0xff, false);
    }

    public static long findWithin(RunContext cx, long s, long count, long c, long r4, long r5) {
        return find(cx, s, count, (int) c & 0xff, false);
    }

    public static long findOrEnd(RunContext cx, long s, long c, long r3, long r4, long r5) {
        return find(cx, s, TOO_LONG, (int) c & 0xff, true);
    }

    public static long findLast(RunContext cx, long s, long wanted, long r3, long r4, long r5) {
        long last = -Errno.ENOENT;
        for (long i = 0; ; i++) {
            int c = at(cx, s, i);
            if (c < 0) {
                return c;
            }
            if (c == ((int) wanted & 0xff)) {
                last = i;
            }
            if (c == 0) {
                return last;
            }
        }
    }

    private static long span(RunContext cx, long s, long set, boolean member) {
        for (long i = 0; ; i++) {
            int c = at(cx, s, i);
            if (c <= 0) {
                return c < 0 ? c : i;
            }
            long found = find(cx, set, TOO_LONG, c, false);
            if (found < 0 && found != -Errno.ENOENT) {
                return found;
            }
            if (found >= 0 != member) {
                return i;
            }
        }
    }

    public static long span(RunContext cx, long s, long accept, long r3, long r4, long r5) {
        return span(cx, s, accept, true);
    }

    public static long spanWithout(RunContext cx, long s, long reject, long r3, long r4, long r5) {
        return span(cx, s, reject, false);
    }

    public static long findString(RunContext cx, long s, long needle, long r3, long r4, long r5) {
        return findStringWithin(cx, s, needle, TOO_LONG, 0, 0);
    }

    public static long findStringWithin(RunContext cx, long s, long needle, long count, long r4, long r5) {
        for (long i = 0; ; i++) {
            for (long j = 0; ; j++) {
                int n = at(cx, needle, j);
                if (n <= 0) {
                    return n < 0 ? n : i;
                }
                if (Long.compareUnsigned(i + j, count) >= 0) {
                    return -Errno.ENOENT;
                }
                int c = at(cx, s, i + j);
                if (c <= 0) {
                    return c < 0 ? c : -Errno.ENOENT;
                }
                if (c != n) {
                    break;
                }
            }
        }
    }
}
