package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryLimitException;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/**
 * A map. Subclasses say where elements are; this class holds what all have: identity, sizes, who pays, and the host's
 * operations.
 *
 * <p><em>Shape</em>: a program holds a map as the address of its header, a block of the slab with the sizes, flags and
 * id where Linux 6.18's {@code struct bpf_map} has them, since programs may read those. Keys and values are passed by
 * address.
 *
 * <p><em>Errors</em>: operations return 0 or a negated Linux error number, lookups an address or 0. Constructors throw
 * {@link InvalidMapException} or {@link MemoryLimitException}.
 *
 * <p>Safe for many threads.
 */
public abstract sealed class BpfMap implements AutoCloseable
        permits ArrayMap,
                HashMap,
                HandleArrayMap,
                HandleHashMap,
                LpmTrieMap,
                QueueMap,
                BloomFilterMap,
                RingMap,
                PerfEventArrayMap,
                StorageMap,
                CgroupStorageMap,
                TargetMap,
                ArenaMap {
    /** Create or overwrite. */
    public static final long ANY = 0;
    /** Create only. */
    public static final long NOEXIST = 1;
    /** Overwrite only. */
    public static final long EXIST = 2;
    /** Copy under the value's spin lock. */
    public static final long F_LOCK = 4;

    /** Bytes of the header that are charged. */
    public static final int HEADER_BYTES = 384;

    private static final int OPS = 0;
    private static final int TYPE = 64;
    private static final int KEY_SIZE = 68;
    private static final int VALUE_SIZE = 72;
    private static final int MAX_ENTRIES = 76;
    private static final int MAP_EXTRA = 80;
    private static final int FLAGS = 88;
    private static final int ID = 92;

    /** Stands where a kernel's header has pointers to what is not here: like those, not 0, and nothing lies there. */
    private static final long NOWHERE = 0xffff_ffff_8200_0000L;

    private static final int F_RDONLY = MapSpec.F_RDONLY;
    private static final int F_WRONLY = MapSpec.F_WRONLY;

    protected final Slab slab;
    protected final MemorySegment memory;
    protected final MapEnvironment environment;
    protected final ValueShape shape;
    private final MapSpec spec;
    private final long header;
    private volatile boolean frozen;
    private volatile boolean closed;
    private long charged;
    private int id;

    /** Checks the spec, and charges and makes the header. */
    protected BpfMap(MapEnvironment environment, MapSpec spec) {
        MapRules.check(spec, environment.linux619());
        this.environment = environment;
        this.slab = environment.slab();
        this.memory = slab.memory();
        this.spec = spec;
        this.shape = new ValueShape(spec.valueSize(), environment.fields());
        this.header = allocate(HEADER_BYTES);
        SlabAccess.store64(memory, header + OPS, NOWHERE);
        SlabAccess.store32(memory, header + TYPE, spec.typeId());
        SlabAccess.store32(memory, header + KEY_SIZE, spec.keySize());
        SlabAccess.store32(memory, header + VALUE_SIZE, spec.valueSize());
        SlabAccess.store32(memory, header + MAX_ENTRIES, spec.maxEntries());
        SlabAccess.store64(memory, header + MAP_EXTRA, spec.mapExtra());
        SlabAccess.store32(memory, header + FLAGS, spec.flags());
    }

    public final MapSpec spec() {
        return spec;
    }

    public final String name() {
        return spec.name();
    }

    public final MapType type() {
        return spec.type();
    }

    public final int keySize() {
        return spec.keySize();
    }

    public final int valueSize() {
        return spec.valueSize();
    }

    /** Unsigned. */
    public final int maxEntries() {
        return spec.maxEntries();
    }

    public final MemoryAccount account() {
        return environment.account();
    }

    public final ValueShape shape() {
        return shape;
    }

    /** Address of the header: what a program's map pointer is. */
    public final long address() {
        return header;
    }

    /** The number that the machine gave, 0 before. */
    public final int id() {
        return id;
    }

    /** Called once by the machine. */
    public final void assignId(int newId) {
        id = newId;
        SlabAccess.store32(memory, header + ID, newId);
        identified(newId);
    }

    /** Told the number once it is known. */
    protected void identified(int newId) {}

    /** The map id at a header address; the caller looks it up and compares {@link #address()}. */
    public static int idAt(MemorySegment memory, long header) {
        return (int) SlabAccess.load32(memory, header + ID);
    }

    /** Charges and takes a zeroed block that lives as long as the map. */
    protected final long allocate(long bytes) {
        return allocate(bytes, bytes);
    }

    /** Like {@link #allocate(long)}, where the block is larger than what is charged. */
    protected final synchronized long allocate(long bytes, long charge) {
        try {
            environment.account().charge(charge);
        } catch (MemoryLimitException e) {
            release();
            throw e;
        }
        long address = bytes >= slab.size() ? 0 : bytes > 4096 ? slab.allocatePages(bytes) : slab.allocate(bytes);
        if (address == 0) {
            environment.account().uncharge(charge);
            release();
            throw slab.full(bytes);
        }
        charged += charge;
        blocks.add(address);
        return address;
    }

    /** Charges and takes a block while programs run; 0 when that is not possible. */
    protected final synchronized long tryAllocate(long bytes) {
        if (closed || !environment.account().tryCharge(bytes)) {
            return 0;
        }
        long address = slab.allocate(bytes);
        if (address == 0) {
            environment.account().uncharge(bytes);
            return 0;
        }
        charged += bytes;
        blocks.add(address);
        return address;
    }

    private final BlockList blocks = new BlockList();

    /** Bytes charged for this map. */
    public final synchronized long memoryCharged() {
        return charged + chargedInside();
    }

    /** Bytes charged for maps that this one is made of. */
    protected long chargedInside() {
        return 0;
    }

    /** Address of the value, or 0. */
    public abstract long lookup(long key, int cpu);

    /** Stores a copy of the value; on per-CPU maps, the copy of {@code cpu}. */
    public abstract long update(long key, long value, long flags, int cpu);

    public abstract long delete(long key);

    /** Writes the key after {@code key} (0: the first) to {@code next}; -ENOENT after the last. */
    public abstract long nextKey(long key, long next);

    public long push(long value, long flags) {
        return -Errno.ENOTSUPP;
    }

    public long pop(long value) {
        return -Errno.ENOTSUPP;
    }

    public long peek(long value) {
        return -Errno.ENOTSUPP;
    }

    /** Bytes of one element as the host sees it: all CPUs' copies, each rounded up to 8, on per-CPU maps. */
    public int hostValueSize() {
        return valueSize();
    }

    /** Copies the host's view of an element to {@code out}; 0 or -ENOENT. */
    protected long read(long key, long out, long flags) {
        long value = lookup(key, 0);
        if (value == 0) {
            return -Errno.ENOENT;
        }
        copyOut(value, out, flags);
        return 0;
    }

    /** Stores the host's view of an element. */
    protected long write(long key, long value, long flags) {
        return update(key, value, flags, 0);
    }

    /** Copies one value to the host, under its lock if asked; special fields read as zero. */
    protected final void copyOut(long value, long out, long flags) {
        if ((flags & F_LOCK) != 0) {
            shape.copyLocked(memory, value, out, value);
        } else {
            shape.copy(memory, value, out);
        }
        shape.clearFields(memory, out);
    }

    /** The host's lookup: the value, or null. */
    public final byte[] get(byte[] key) {
        byte[] value = new byte[hostValueSize()];
        return get(key, value, 0) == 0 ? value : null;
    }

    /** The host's lookup into an array; 0 or a negated error number. */
    public final long get(byte[] key, byte[] value, long flags) {
        require(key, keySize(), "key");
        require(value, hostValueSize(), "value");
        if ((spec.flags() & F_WRONLY) != 0) {
            return -Errno.EPERM;
        }
        if ((flags & ~F_LOCK) != 0 || flags != 0 && !shape.hasLock()) {
            return -Errno.EINVAL;
        }
        try (HostScratch scratch = HostScratch.of(slab, key.length + 8, value.length)) {
            scratch.putFirst(key);
            long result = read(scratch.first(), scratch.second(), flags);
            if (result == 0) {
                scratch.getSecond(value);
            }
            return result;
        }
    }

    /** The host's update; 0 or a negated error number. */
    public final long put(byte[] key, byte[] value, long flags) {
        require(key, keySize(), "key");
        require(value, hostValueSize(), "value");
        if ((spec.flags() & F_RDONLY) != 0 || frozen) {
            return -Errno.EPERM;
        }
        try (HostScratch scratch = HostScratch.of(slab, key.length + 8, value.length)) {
            scratch.putFirst(key);
            scratch.putSecond(value);
            return write(scratch.first(), scratch.second(), flags);
        }
    }

    /** The host's delete; 0 or a negated error number. */
    public final long remove(byte[] key) {
        require(key, keySize(), "key");
        if ((spec.flags() & F_RDONLY) != 0 || frozen) {
            return -Errno.EPERM;
        }
        try (HostScratch scratch = HostScratch.of(slab, key.length + 8, 0)) {
            scratch.putFirst(key);
            return delete(scratch.first());
        }
    }

    /** The key after {@code key}; the first for null or an unknown key; null after the last. */
    public final byte[] nextKey(byte[] key) {
        byte[] next = new byte[keySize()];
        try (HostScratch scratch = HostScratch.of(slab, keySize() + 8, keySize() + 8)) {
            if (key != null) {
                require(key, keySize(), "key");
                scratch.putFirst(key);
            }
            if (nextKey(key == null ? 0 : scratch.first(), scratch.second()) != 0) {
                return null;
            }
            scratch.getSecond(next);
            return next;
        }
    }

    /** No further changes by the host. */
    public final void freeze() {
        frozen = true;
    }

    public final boolean isFrozen() {
        return frozen;
    }

    /** True when the slab block at this address is this map's. */
    public final synchronized boolean ownsBlock(long block) {
        return blocks.contains(block);
    }

    /** True when [address, address + bytes) lies within one live value: for runs that check every access. */
    public abstract boolean ownsValue(long address, long bytes);

    /**
     * True when [address, address + bytes) lies within the key of one element, which callbacks may read: for the same
     * runs.
     */
    public boolean ownsKey(long address, long bytes) {
        return false;
    }

    /** Ends what the special fields of one value hold. */
    protected final void releaseFields(long value) {
        if (!shape.isPlain()) {
            environment.reaper().release(shape.fields(), value);
        }
    }

    /** Ends what the values hold. */
    protected void releaseValues() {}

    private synchronized void release() {
        blocks.freeAll(slab);
        environment.account().uncharge(charged);
        charged = 0;
    }

    /** Frees the map. No program may use it any more. */
    @Override
    public final void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        releaseValues();
        release();
    }

    private void require(byte[] bytes, int size, String what) {
        if (bytes.length != size) {
            throw new IllegalArgumentException(
                    "map " + name() + ": " + what + " must have " + size + " bytes: length=" + bytes.length);
        }
    }

    protected static int round8(int bytes) {
        return bytes + 7 & -8;
    }

    @Override
    public final String toString() {
        return "map " + name() + " (" + spec.type() + ")";
    }
}
