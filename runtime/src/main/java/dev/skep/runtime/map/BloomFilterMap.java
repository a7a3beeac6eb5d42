package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;

/**
 * BPF_MAP_TYPE_BLOOM_FILTER: values that may be in the set, or surely are not. The low 4 bits of {@code map_extra} give
 * the number of hash functions, 5 if they are 0; the bits are as many as keep false answers few for {@code max_entries}
 * values.
 */
public final class BloomFilterMap extends BpfMap {
    private final long bits;
    private final long mask;
    private final int hashes;

    public BloomFilterMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        if ((spec.mapExtra() & ~0xfL) != 0) {
            close();
            throw new InvalidMapException(
                    spec.name(), Errno.EINVAL, "map_extra must be in [0, 15]: map_extra=" + spec.mapExtra());
        }
        int wanted = (int) spec.mapExtra() & 0xf;
        hashes = wanted == 0 ? 5 : wanted;
        long least = Integer.toUnsignedLong(spec.maxEntries()) * hashes * 7 / 5;
        long count = Math.clamp(least <= 1 ? 64 : Long.highestOneBit(least - 1) << 1, 64L, 1L << 32);
        mask = count - 1;
        bits = allocate(count / 8);
    }

    private long bit(long value, int i) {
        return KeyHash.of(memory, value, valueSize(), environment.seed() + i * 0x9e37_79b9) & 0xffff_ffffL & mask;
    }

    @Override
    public long push(long value, long flags) {
        if (flags != ANY) {
            return -Errno.EINVAL;
        }
        for (int i = 0; i < hashes; i++) {
            long b = bit(value, i);
            SlabAccess.getAndOr64(memory, bits + (b >>> 6) * 8, 1L << (b & 63));
        }
        return 0;
    }

    @Override
    public long peek(long value) {
        for (int i = 0; i < hashes; i++) {
            long b = bit(value, i);
            if ((SlabAccess.load64(memory, bits + (b >>> 6) * 8) & 1L << (b & 63)) == 0) {
                return -Errno.ENOENT;
            }
        }
        return 0;
    }

    /** The host's question: false when the value was surely never added. */
    public boolean mayContain(byte[] value) {
        try (HostScratch scratch = HostScratch.of(slab, 8, value.length)) {
            scratch.putSecond(value);
            return peek(scratch.second()) == 0;
        }
    }

    @Override
    public long pop(long value) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
    }

    @Override
    protected long read(long key, long out, long flags) {
        return -Errno.EINVAL;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return push(value, flags);
    }

    @Override
    public long delete(long key) {
        return -Errno.EOPNOTSUPP;
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
