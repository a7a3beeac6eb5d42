package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/**
 * BPF_MAP_TYPE_QUEUE and STACK: values without keys, first in first out, or last in first out.
 *
 * <p><em>Shape</em>: {@code u32 lock, u32 head, u32 count} and then {@code max_entries} values; head is the index of
 * the next free slot.
 */
public final class QueueMap extends BpfMap {
    private static final int HEAD = 4;
    private static final int COUNT = 8;
    private static final int VALUES = 16;

    private final long base;
    private final int stride;
    private final long entries;
    private final boolean stack;

    public QueueMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        stride = spec.valueSize();
        entries = Integer.toUnsignedLong(spec.maxEntries());
        stack = spec.type() == MapType.STACK;
        base = allocate(VALUES + entries * stride);
    }

    @Override
    public long push(long value, long flags) {
        boolean replace = (flags & EXIST) != 0;
        if ((flags & NOEXIST) != 0 || Long.compareUnsigned(flags, EXIST) > 0) {
            return -Errno.EINVAL;
        }
        SpinLock.lock(memory, base);
        try {
            long count = SlabAccess.load32(memory, base + COUNT);
            if (count == entries && !replace) {
                return -Errno.E2BIG;
            }
            long head = SlabAccess.load32(memory, base + HEAD);
            SlabAccess.copy(memory, value, base + VALUES + head * stride, stride);
            SlabAccess.store32(memory, base + HEAD, head + 1 == entries ? 0 : head + 1);
            SlabAccess.store32(memory, base + COUNT, Math.min(count + 1, entries));
            return 0;
        } finally {
            SpinLock.unlock(memory, base);
        }
    }

    @Override
    public long pop(long value) {
        return take(value, true);
    }

    @Override
    public long peek(long value) {
        return take(value, false);
    }

    private long take(long value, boolean remove) {
        SpinLock.lock(memory, base);
        try {
            long count = SlabAccess.load32(memory, base + COUNT);
            if (count == 0) {
                SlabAccess.fill(memory, value, stride, (byte) 0);
                return -Errno.ENOENT;
            }
            long head = SlabAccess.load32(memory, base + HEAD);
            long back = stack ? 1 : count;
            long slot = head >= back ? head - back : head + entries - back;
            SlabAccess.copy(memory, base + VALUES + slot * stride, value, stride);
            if (remove) {
                SlabAccess.store32(memory, base + COUNT, count - 1);
                if (stack) {
                    SlabAccess.store32(memory, base + HEAD, slot);
                }
            }
            return 0;
        } finally {
            SpinLock.unlock(memory, base);
        }
    }

    /** The host's pop: null when the map is empty. */
    public byte[] poll() {
        try (HostScratch scratch = HostScratch.of(slab, 8, stride)) {
            if (pop(scratch.second()) != 0) {
                return null;
            }
            byte[] value = new byte[stride];
            scratch.getSecond(value);
            return value;
        }
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
    }

    @Override
    protected long read(long key, long out, long flags) {
        return peek(out);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return push(value, flags);
    }

    @Override
    public long delete(long key) {
        return -Errno.EINVAL;
    }

    @Override
    public long nextKey(long key, long next) {
        return -Errno.EINVAL;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return false;
    }
}
