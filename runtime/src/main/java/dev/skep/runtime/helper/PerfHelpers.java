package dev.skep.runtime.helper;

import dev.skep.runtime.Errno;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.PerfEventArrayMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;

/** Helpers on perf events: records to the host, and counters, of which there are none here. */
public final class PerfHelpers {
    private static final long INDEX_MASK = 0xffff_ffffL;
    private static final long CONTEXT_MASK = 0xfffffL << 32;

    /** struct bpf_perf_event_value: counter, enabled, running. */
    private static final int VALUE_BYTES = 24;

    private PerfHelpers() {}

    static void register() {
        add(25, "bpf_perf_event_output", "output", PerfHelpers::output);
        add(111, "bpf_skb_output", "output", PerfHelpers::output);
        add(121, "bpf_xdp_output", "output", PerfHelpers::output);
        add(22, "bpf_perf_event_read", "read", PerfHelpers::read);
        add(55, "bpf_perf_event_read_value", "readValue", PerfHelpers::readValue);
        add(56, "bpf_perf_prog_read_value", "readProgram", PerfHelpers::readProgram);
        add(119, "bpf_read_branch_records", "branches", PerfHelpers::branches);
        add(176, "bpf_get_branch_snapshot", "branches", PerfHelpers::branches);
    }

    private static void add(int id, String name, String method, HelperFunction function) {
        HelperTable.add(id, name, PerfHelpers.class, method, function);
    }

    /** Bits 32 to 51 of the flags ask for that many bytes of the packet after the record. */
    public static long output(RunContext cx, long ctx, long map, long flags, long data, long size) {
        if (!(cx.map(map) instanceof PerfEventArrayMap events)) {
            return -Errno.EINVAL;
        }
        PacketBuffer packet = cx.packet();
        int extra = (int) ((flags & CONTEXT_MASK) >>> 32);
        if ((flags & ~(INDEX_MASK | CONTEXT_MASK)) != 0 || extra != 0 && packet == null) {
            return -Errno.EINVAL;
        }
        if (extra != 0 && extra > packet.length()) {
            return -Errno.EFAULT;
        }
        if (Long.compareUnsigned(size, 0xffff) > 0) {
            return -Errno.E2BIG;
        }
        byte[] record = new byte[(int) size + extra];
        SlabAccess.get(cx.memory(), data, record, 0, (int) size);
        if (extra > 0) {
            System.arraycopy(packet.toByteArray(), 0, record, (int) size, extra);
        }
        return events.output(cx.cpu(), flags & INDEX_MASK, record);
    }

    public static long read(RunContext cx, long map, long flags, long r3, long r4, long r5) {
        return count(cx, map, flags);
    }

    public static long readValue(RunContext cx, long map, long flags, long out, long size, long r5) {
        SlabAccess.fill(cx.memory(), out, size & 0xffff, (byte) 0);
        return size == VALUE_BYTES ? count(cx, map, flags) : -Errno.EINVAL;
    }

    private static long count(RunContext cx, long map, long flags) {
        if ((flags & ~INDEX_MASK) != 0) {
            return -Errno.EINVAL;
        }
        long index = (flags & INDEX_MASK) == INDEX_MASK ? cx.cpu() : flags;
        return index >= cx.map(map).maxEntries() ? -Errno.E2BIG : -Errno.ENOENT;
    }

    public static long readProgram(RunContext cx, long ctx, long out, long size, long r4, long r5) {
        SlabAccess.fill(cx.memory(), out, size & 0xffff, (byte) 0);
        return -Errno.EINVAL;
    }

    public static long branches(RunContext cx, long r1, long r2, long r3, long r4, long r5) {
        return -Errno.ENOENT;
    }
}
