package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/**
 * Maps whose elements name things of the host: devices, CPUs, sockets, cgroups, stack traces. Types with an index for a
 * key refuse indexes from {@code max_entries} on. Elements can be absent, unlike those of an {@link ArrayMap}.
 *
 * <p>In socket maps the value's first 8 bytes are the address that programs get for the socket.
 */
public final class TargetMap extends BpfMap {
    private final HashMap table;
    private final boolean indexed;

    public TargetMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        indexed = spec.type() != MapType.DEVMAP_HASH
                && spec.type() != MapType.SOCKHASH
                && spec.type() != MapType.STACK_TRACE;
        int valueSize = holdsSockets() ? 8 : spec.valueSize();
        table = new HashMap(
                environment,
                HandleHashMap.inside(spec, spec.keySize(), valueSize, spec.maxEntries(), MapSpec.F_NO_PREALLOC));
    }

    /** True for maps of sockets: their values are addresses. */
    public boolean holdsSockets() {
        return type() == MapType.SOCKMAP
                || type() == MapType.SOCKHASH
                || type() == MapType.REUSEPORT_SOCKARRAY
                || type() == MapType.XSKMAP;
    }

    @Override
    public int hostValueSize() {
        return holdsSockets() ? 8 : valueSize();
    }

    private boolean outOfRange(long key) {
        return indexed && Integer.compareUnsigned((int) SlabAccess.load32(memory, key), maxEntries()) >= 0;
    }

    /** Address of the stored element, or 0. */
    public long element(long key) {
        return outOfRange(key) ? 0 : table.lookup(key, 0);
    }

    @Override
    public long lookup(long key, int cpu) {
        long value = element(key);
        return value != 0 && holdsSockets() ? SlabAccess.load64(memory, value) : value;
    }

    @Override
    protected long read(long key, long out, long flags) {
        return outOfRange(key) ? -Errno.ENOENT : table.read(key, out, flags);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        if (outOfRange(key)) {
            return -Errno.E2BIG;
        }
        return table.update(key, value, flags, cpu);
    }

    @Override
    public long delete(long key) {
        return outOfRange(key) ? -Errno.EINVAL : table.delete(key);
    }

    @Override
    public long nextKey(long key, long next) {
        return table.nextKey(key, next);
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return true;
    }

    @Override
    protected long chargedInside() {
        return table.memoryCharged();
    }

    @Override
    protected void releaseValues() {
        if (table != null) {
            table.close();
        }
    }
}
