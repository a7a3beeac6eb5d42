package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;

/** Helpers of tracing and hook programs: arguments and results of the function they hang on. */
public final class TracingHelpers {
    private TracingHelpers() {}

    static void register() {
        add(173, "bpf_get_func_ip", "zero", TracingHelpers::zero);
        add(174, "bpf_get_attach_cookie", "cookie", TracingHelpers::cookie);
        add(183, "bpf_get_func_arg", "argument", TracingHelpers::argument);
        add(184, "bpf_get_func_ret", "result", TracingHelpers::result);
        add(185, "bpf_get_func_arg_cnt", "argumentCount", TracingHelpers::argumentCount);
        add(186, "bpf_get_retval", "returnValue", TracingHelpers::returnValue);
        add(187, "bpf_set_retval", "setReturnValue", TracingHelpers::setReturnValue);
        add(58, "bpf_override_return", "override", TracingHelpers::override);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, TracingHelpers.class, method, function);
    }

    public static long zero(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return 0;
    }

    public static long cookie(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return cx.attachCookie();
    }

    public static long argument(RunContext cx, long ctx, long index, long out, long r4, long r5) {
        if ((index & 0xffff_ffffL) >= cx.argumentCount()) {
            return -Errno.EINVAL;
        }
        SlabAccess.store64(cx.memory(), out, SlabAccess.load64(cx.memory(), ctx + 8 * (index & 0xffff_ffffL)));
        return 0;
    }

    public static long result(RunContext cx, long ctx, long out, long r3, long r4, long r5) {
        SlabAccess.store64(cx.memory(), out, cx.returnValue());
        return 0;
    }

    public static long argumentCount(RunContext cx, long ctx, long r2, long r3, long r4, long r5) {
        return cx.argumentCount();
    }

    public static long returnValue(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return cx.returnValue();
    }

    public static long setReturnValue(RunContext cx, long value, long r2, long r3, long r4, long r5) {
        cx.returnValue((int) value);
        return 0;
    }

    public static long override(RunContext cx, long regs, long value, long r3, long r4, long r5) {
        cx.returnValue(value);
        return 0;
    }
}
