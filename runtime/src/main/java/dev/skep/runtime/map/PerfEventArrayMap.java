package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** BPF_MAP_TYPE_PERF_EVENT_ARRAY: a handler of the host per CPU, called with each record as it is written. */
public final class PerfEventArrayMap extends BpfMap {
    /** Receives records on the thread of the program that writes them. */
    @FunctionalInterface
    public interface Handler {
        /** @param record the program's bytes, and after them those of the context where asked for */
        void handle(int cpu, byte[] record);
    }

    private static final long INDEX = 0xffff_ffffL;

    private final AtomicReferenceArray<Handler> handlers;

    public PerfEventArrayMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        long entries = Integer.toUnsignedLong(spec.maxEntries());
        if (entries > 1 << 20) {
            close();
            throw slab.full(entries * 8);
        }
        handlers = new AtomicReferenceArray<>((int) entries);
    }

    /** Takes the records of one CPU from now on; null stops it. */
    public void handler(int cpu, Handler handler) {
        handlers.set(cpu, handler);
    }

    /** Takes the records of all CPUs. */
    public void handler(Handler handler) {
        for (int cpu = 0; cpu < handlers.length(); cpu++) {
            handlers.set(cpu, handler);
        }
    }

    /** Writes a record; the low half of {@code flags} is an index, all ones the current CPU. */
    public long output(int cpu, long flags, byte[] record) {
        long index = (flags & INDEX) == INDEX ? cpu : flags & INDEX;
        if (index >= handlers.length()) {
            return -Errno.E2BIG;
        }
        Handler handler = handlers.get((int) index);
        if (handler == null) {
            return -Errno.ENOENT;
        }
        if (index != cpu) {
            return -Errno.EOPNOTSUPP;
        }
        handler.handle(cpu, record);
        return 0;
    }

    /** True when somebody takes the records of this CPU. */
    public boolean isOpen(int cpu) {
        return cpu < handlers.length() && handlers.get(cpu) != null;
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
    }

    @Override
    protected long read(long key, long out, long flags) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return -Errno.EBADF;
    }

    @Override
    public long delete(long key) {
        long index = SlabAccess.load32(memory, key);
        if (index >= handlers.length()) {
            return -Errno.E2BIG;
        }
        return handlers.getAndSet((int) index, null) == null ? -Errno.ENOENT : 0;
    }

    @Override
    public long nextKey(long key, long next) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return false;
    }
}
