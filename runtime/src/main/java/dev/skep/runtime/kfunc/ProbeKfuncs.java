package dev.skep.runtime.kfunc;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.dynptr.Dynptr;
import dev.skep.runtime.dynptr.DynptrAccess;
import dev.skep.runtime.helper.HelperFunction;
import dev.skep.runtime.helper.ProbeHelpers;
import dev.skep.runtime.memory.SlabAccess;

/** Kernel functions that read memory which may not be there, into a dynptr or a buffer. */
public final class ProbeKfuncs {
    private static final int CHUNK = 256;
    private static final long U32 = 0xffff_ffffL;

    private ProbeKfuncs() {}

    static void register() {
        add("bpf_probe_read_kernel_dynptr", "kernel", ProbeKfuncs::kernel);
        add("bpf_probe_read_kernel_str_dynptr", "kernelString", ProbeKfuncs::kernelString);
        add("bpf_probe_read_user_dynptr", "user", ProbeKfuncs::user);
        add("bpf_probe_read_user_str_dynptr", "userString", ProbeKfuncs::userString);
        add("bpf_copy_from_user_dynptr", "user", ProbeKfuncs::user);
        add("bpf_copy_from_user_str_dynptr", "userString", ProbeKfuncs::userString);
        add("bpf_copy_from_user_task_dynptr", "user", ProbeKfuncs::user);
        add("bpf_copy_from_user_task_str_dynptr", "userString", ProbeKfuncs::userString);
        add("bpf_copy_from_user_str", "userStringToMemory", ProbeKfuncs::userStringToMemory);
        add("bpf_copy_from_user_task_str", "userStringToMemory", ProbeKfuncs::userStringToMemory);
    }

    private static void add(String name, String method, HelperFunction function) {
        KfuncTable.add(name, ProbeKfuncs.class, method, function);
    }

    public static long kernel(RunContext cx, long p, long offset, long size, long from, long r5) {
        return read(cx, p, offset & cx.program().sizeMask(), size & cx.program().sizeMask(), from, false, false);
    }

    public static long kernelString(RunContext cx, long p, long offset, long size, long from, long r5) {
        return read(cx, p, offset & cx.program().sizeMask(), size & cx.program().sizeMask(), from, false, true);
    }

    public static long user(RunContext cx, long p, long offset, long size, long from, long r5) {
        return read(cx, p, offset & cx.program().sizeMask(), size & cx.program().sizeMask(), from, true, false);
    }

    public static long userString(RunContext cx, long p, long offset, long size, long from, long r5) {
        return read(cx, p, offset & cx.program().sizeMask(), size & cx.program().sizeMask(), from, true, true);
    }

    /** Range -E2BIG; then chunk by chunk the source's error, or that of writing to the dynptr. */
    private static long read(RunContext cx, long p, long offset, long size, long from, boolean user, boolean string) {
        if (!Dynptr.inRange(cx.memory(), p, offset, size)) {
            return -Errno.E2BIG;
        }
        long direct = DynptrAccess.sliceWritable(cx, p, offset, 0, size);
        if (direct != 0) {
            return string ? ProbeHelpers.string(cx, direct, size, from, user) : bytes(cx, direct, size, from, user);
        }
        long done = 0;
        while (done < size) {
            long now = Math.min(CHUNK, size - done);
            long got = string
                    ? chunkOfString(cx, cx.scratch(), now, from + done, user, done + now == size)
                    : bytes(cx, cx.scratch(), now, from + done, user);
            if (got < 0) {
                return got;
            }
            long length = string ? got : now;
            long result = DynptrAccess.write(cx, p, offset + done, cx.scratch(), length, 0);
            if (result != 0) {
                return result;
            }
            done += length;
            if (string && SlabAccess.load8(cx.memory(), cx.scratch() + length - 1) == 0) {
                break;
            }
        }
        return string ? done : 0;
    }

    private static long bytes(RunContext cx, long to, long size, long from, boolean user) {
        return user ? ProbeHelpers.fromUser(cx, to, size, from) : ProbeHelpers.fromKernel(cx, to, size, from);
    }

    /** Up to {@code size} bytes of a string; the last chunk is cut off with a NUL, others may end without one. */
    private static long chunkOfString(RunContext cx, long to, long size, long from, boolean user, boolean last) {
        for (long i = 0; i < size; i++) {
            if (last && i == size - 1) {
                SlabAccess.store8(cx.memory(), to + i, 0);
                return size;
            }
            long result = bytes(cx, to + i, 1, from + i, user);
            if (result != 0) {
                return result;
            }
            if (SlabAccess.load8(cx.memory(), to + i) == 0) {
                return i + 1;
            }
        }
        return size;
    }

    /** Flag 1 zeroes what follows the string. */
    public static long userStringToMemory(RunContext cx, long to, long size, long from, long flags, long r5) {
        long room = size & U32;
        if ((flags & ~1L) != 0) {
            return -Errno.EINVAL;
        }
        long result = ProbeHelpers.string(cx, to, room, from, true);
        if (result >= 0 && (flags & 1) != 0) {
            SlabAccess.fill(cx.memory(), to + result, room - result, (byte) 0);
        }
        return result;
    }
}
