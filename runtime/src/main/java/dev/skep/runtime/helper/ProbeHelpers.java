package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;

/**
 * Helpers that read memory which may not be there. Kernel memory is the slab; user memory is the slab too, and what the
 * host adds. A failed read leaves zeroes.
 */
public final class ProbeHelpers {
    private ProbeHelpers() {}

    static void register() {
        add(4, "bpf_probe_read", "readKernel", ProbeHelpers::readKernel);
        add(113, "bpf_probe_read_kernel", "readKernel", ProbeHelpers::readKernel);
        add(112, "bpf_probe_read_user", "readUser", ProbeHelpers::readUser);
        add(148, "bpf_copy_from_user", "readUser", ProbeHelpers::readUser);
        add(45, "bpf_probe_read_str", "readKernelString", ProbeHelpers::readKernelString);
        add(115, "bpf_probe_read_kernel_str", "readKernelString", ProbeHelpers::readKernelString);
        add(114, "bpf_probe_read_user_str", "readUserString", ProbeHelpers::readUserString);
        add(191, "bpf_copy_from_user_task", "readUserTask", ProbeHelpers::readUserTask);
        add(36, "bpf_probe_write_user", "writeUser", ProbeHelpers::writeUser);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, ProbeHelpers.class, method, function);
    }

    /** What a read from an address without memory gives: -EFAULT in the kernel's half, -ERANGE elsewhere. */
    public static long kernelFault(long address) {
        return address < 0 ? -Errno.EFAULT : -Errno.ERANGE;
    }

    /** Copies kernel memory; 0, -EFAULT or -ERANGE. */
    public static long fromKernel(RunContext cx, long to, long size, long from) {
        if (cx.slab().contains(from, size)) {
            SlabAccess.copy(cx.memory(), from, to, size);
            return 0;
        }
        SlabAccess.fill(cx.memory(), to, size, (byte) 0);
        return kernelFault(from);
    }

    /** Copies user memory; 0 or -EFAULT. */
    public static long fromUser(RunContext cx, long to, long size, long from) {
        if (cx.slab().contains(from, size)) {
            SlabAccess.copy(cx.memory(), from, to, size);
            return 0;
        }
        if (size > 0 && cx.host().readUser(from, SlabAccess.slice(cx.memory(), to, size))) {
            return 0;
        }
        SlabAccess.fill(cx.memory(), to, size, (byte) 0);
        return size == 0 ? 0 : -Errno.EFAULT;
    }

    /** Copies a string of at most {@code size} bytes; its length with the NUL, or a negative number. */
    public static long string(RunContext cx, long to, long size, long from, boolean user) {
        if (size == 0) {
            return 0;
        }
        for (long i = 0; i < size; i++) {
            if (i == size - 1) {
                SlabAccess.store8(cx.memory(), to + i, 0);
                return size;
            }
            long result = user ? fromUser(cx, to + i, 1, from + i) : fromKernel(cx, to + i, 1, from + i);
            if (result != 0) {
                SlabAccess.fill(cx.memory(), to, size, (byte) 0);
                return result;
            }
            if (SlabAccess.load8(cx.memory(), to + i) == 0) {
                return i + 1;
            }
        }
        return size;
    }

    public static long readKernel(RunContext cx, long to, long size, long from, long r4, long r5) {
        return fromKernel(cx, to, size & 0xffff_ffffL, from);
    }

    public static long readUser(RunContext cx, long to, long size, long from, long r4, long r5) {
        return fromUser(cx, to, size & 0xffff_ffffL, from);
    }

    public static long readKernelString(RunContext cx, long to, long size, long from, long r4, long r5) {
        return string(cx, to, size & 0xffff_ffffL, from, false);
    }

    public static long readUserString(RunContext cx, long to, long size, long from, long r4, long r5) {
        return string(cx, to, size & 0xffff_ffffL, from, true);
    }

    public static long readUserTask(RunContext cx, long to, long size, long from, long task, long flags) {
        return flags != 0 ? -Errno.EINVAL : fromUser(cx, to, size & 0xffff_ffffL, from);
    }

    public static long writeUser(RunContext cx, long to, long from, long size, long r4, long r5) {
        long bytes = size & 0xffff_ffffL;
        return cx.host().writeUser(to, SlabAccess.slice(cx.memory(), from, bytes)) ? 0 : -Errno.EPERM;
    }
}
