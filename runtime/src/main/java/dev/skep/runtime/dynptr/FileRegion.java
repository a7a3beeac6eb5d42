package dev.skep.runtime.dynptr;

import dev.skep.kernel.DynptrType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.HostFile;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * What a dynptr over a file points to: a block that the run pays for, shared by all clones.
 *
 * <p><em>Shape</em>: {@code u64 file, u64 start, u64 length}: the address that programs know the file by, and the view.
 * The length starts as 2^64 - 1, since a file may grow. <em>Source</em>: Linux 6.19, as documented; not observed.
 */
public final class FileRegion {
    private static final int START = 8;
    private static final int LENGTH = 16;
    private static final int BYTES = 24;

    private FileRegion() {}

    /**
     * {@code bpf_dynptr_from_file}: flags -EINVAL, no memory -ENOMEM; on failure a null dynptr, which must be discarded
     * all the same.
     */
    public static long open(RunContext cx, long file, long flags, long p) {
        MemorySegment m = cx.memory();
        Dynptr.setNull(m, p);
        if ((int) flags != 0) {
            return -Errno.EINVAL;
        }
        long region = cx.held().allocate(cx.slab(), cx.account(), BYTES);
        if (region == 0) {
            return -Errno.ENOMEM;
        }
        SlabAccess.store64(m, region, file);
        SlabAccess.store64(m, region + START, 0);
        SlabAccess.store64(m, region + LENGTH, -1);
        Dynptr.init(m, p, region, DynptrType.FILE, 0, true);
        return 0;
    }

    /** {@code bpf_dynptr_file_discard}; a null dynptr is only forgotten. */
    public static void discard(RunContext cx, long p) {
        if (!Dynptr.isNull(cx.memory(), p)) {
            cx.held().free(cx.slab(), Dynptr.data(cx.memory(), p));
            Dynptr.setNull(cx.memory(), p);
        }
    }

    static long size(MemorySegment m, long region) {
        return SlabAccess.load64(m, region + LENGTH);
    }

    static long offset(MemorySegment m, long region) {
        return SlabAccess.load64(m, region + START);
    }

    static void narrow(MemorySegment m, long region, long start, long end) {
        SlabAccess.store64(m, region + START, offset(m, region) + start);
        SlabAccess.store64(m, region + LENGTH, end - start);
    }

    /** False when the host has closed the file, or has not these bytes of it. */
    static boolean read(RunContext cx, long region, long at, long to, long length) {
        HostFile file = cx.machine().file(SlabAccess.load64(cx.memory(), region));
        if (file == null || at < 0 || at + length < at) {
            return false;
        }
        return length == 0
                || file.read(
                        at,
                        SlabAccess.slice(cx.memory(), to, length),
                        cx.program().spec().sleepable());
    }
}
