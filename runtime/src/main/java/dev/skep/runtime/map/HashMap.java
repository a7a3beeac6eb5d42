package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * BPF_MAP_TYPE_HASH, PERCPU_HASH, LRU_HASH and LRU_PERCPU_HASH.
 *
 * <p><em>Shape</em>: a bucket is {@code u32 head, u32 lock}; an element is {@code u32 next, u32 hash, u32 referenced,
 * u32 live}, the key rounded up to 8, then the value (one copy per CPU on per-CPU maps). Links are addresses; a chain
 * ends with the odd number {@code bucket * 2 + 1}.
 *
 * <ol>
 *   <li>Lookups take no lock. An element may move to another chain under a reader's feet; the end mark then names
 *       another bucket, and the reader starts again.
 *   <li>Changes take the bucket's lock. An update puts a new element in front of the old one, so that a reader sees one
 *       or the other, and pointers to the old value stay readable. When no element is spare, the value is overwritten.
 *   <li>LRU maps evict when no element is free: a hand goes round the elements and takes the first that was not looked
 *       up since it last came by.
 * </ol>
 *
 * <p>Elements belong to the map until it closes; no operation allocates on the Java heap.
 */
public final class HashMap extends BpfMap {
    private static final int ELEMENT_HEADER = 16;
    private static final int HASH = 4;
    private static final int REFERENCED = 8;
    private static final int LIVE = 12;

    private final int keySize;
    private final int valueOffset;
    private final int cpuStride;
    private final int cpus;
    private final int stride;
    private final int seed;
    private final int mask;
    private final long buckets;
    private final long elements;
    private final int elementCount;
    private final ElementPool free;
    private final ElementPool spare;
    private final boolean lru;
    private final boolean preallocated;
    private final boolean bounded;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger hand = new AtomicInteger();

    public HashMap(MapEnvironment environment, MapSpec spec) {
        this(environment, spec, true);
    }

    /** @param bounded false: elements are not counted against the map's size, which only sets the number of buckets */
    HashMap(MapEnvironment environment, MapSpec spec, boolean bounded) {
        super(environment, spec);
        this.bounded = bounded;
        MapType type = spec.type();
        keySize = spec.keySize();
        valueOffset = ELEMENT_HEADER + round8(keySize);
        boolean perCpu = type == MapType.PERCPU_HASH || type == MapType.LRU_PERCPU_HASH;
        cpus = perCpu ? environment.cpus() : 1;
        cpuStride = round8(spec.valueSize());
        lru = type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH;
        preallocated = (spec.flags() & MapSpec.F_NO_PREALLOC) == 0;
        seed = (spec.flags() & 1 << 6) != 0 ? 0 : environment.seed();
        long entries = Integer.toUnsignedLong(spec.maxEntries());
        long wantedStride = valueOffset + (long) cpuStride * cpus;
        long wantedBuckets = entries <= 1 ? 1 : Long.highestOneBit(entries - 1) << 1;
        int spares = perCpu || lru ? 0 : environment.cpus();
        long bytes = wantedBuckets * 8 + (preallocated ? (entries + spares) * wantedStride : 0);
        if (bytes > slab.size() || wantedStride > 1 << 30) {
            close();
            throw slab.full(bytes);
        }
        stride = (int) wantedStride;
        mask = (int) wantedBuckets - 1;
        buckets = allocate(wantedBuckets * 8);
        for (long b = 0; b < wantedBuckets; b++) {
            SlabAccess.store32(memory, buckets + b * 8, b << 1 | 1);
        }
        long control = allocate(2 * ElementPool.CONTROL_BYTES);
        elementCount = preallocated ? (int) entries : 0;
        elements = preallocated ? allocate((entries + spares) * stride) : 0;
        free = new ElementPool(memory, control, elements, stride, elementCount);
        spare = new ElementPool(
                memory,
                control + ElementPool.CONTROL_BYTES,
                elements + entries * stride,
                stride,
                preallocated ? spares : 0);
    }

    public boolean isPerCpu() {
        return type() == MapType.PERCPU_HASH || type() == MapType.LRU_PERCPU_HASH;
    }

    /** Address of the first bucket, for generated code. */
    public long buckets() {
        return buckets;
    }

    /** Number of buckets less one. */
    public int mask() {
        return mask;
    }

    public int seed() {
        return seed;
    }

    /** Bytes from an element to its value. */
    public int valueOffset() {
        return valueOffset;
    }

    /**
     * The element with this key, or 0. What a lookup is, for generated code. Takes no lock: an element may be freed,
     * and its link be 0, or be given to another chain, which ends with another bucket's number, while this looks at it;
     * then it starts again.
     */
    public static long find(MemorySegment memory, long buckets, int mask, int seed, int keySize, long key) {
        return switch (keySize) {
            case 4 -> find4(memory, buckets, mask, seed, key);
            case 8 -> find8(memory, buckets, mask, seed, key);
            case 16 -> find16(memory, buckets, mask, seed, key);
            default -> findBytes(memory, buckets, mask, KeyHash.of(memory, key, keySize, seed), keySize, key);
        };
    }

    private static long find4(MemorySegment memory, long buckets, int mask, int seed, long key) {
        int wanted = (int) SlabAccess.load32(memory, key);
        int bucket = KeyHash.of64(wanted & 0xffff_ffffL, seed) & mask;
        while (true) {
            int element = (int) SlabAccess.loadAcquire32(memory, buckets + bucket * 8L);
            while ((element & 1) == 0 && element != 0) {
                if ((int) SlabAccess.load32(memory, element + ELEMENT_HEADER) == wanted) {
                    return element;
                }
                element = (int) SlabAccess.loadAcquire32(memory, element);
            }
            if (element == (bucket << 1 | 1)) {
                return 0;
            }
        }
    }

    private static long find8(MemorySegment memory, long buckets, int mask, int seed, long key) {
        long wanted = SlabAccess.load64(memory, key);
        int bucket = KeyHash.of64(wanted, seed) & mask;
        while (true) {
            int element = (int) SlabAccess.loadAcquire32(memory, buckets + bucket * 8L);
            while ((element & 1) == 0 && element != 0) {
                if (SlabAccess.load64(memory, element + ELEMENT_HEADER) == wanted) {
                    return element;
                }
                element = (int) SlabAccess.loadAcquire32(memory, element);
            }
            if (element == (bucket << 1 | 1)) {
                return 0;
            }
        }
    }

    private static long find16(MemorySegment memory, long buckets, int mask, int seed, long key) {
        long low = SlabAccess.load64(memory, key);
        long high = SlabAccess.load64(memory, key + 8);
        int bucket = KeyHash.of(memory, key, 16, seed) & mask;
        while (true) {
            int element = (int) SlabAccess.loadAcquire32(memory, buckets + bucket * 8L);
            while ((element & 1) == 0) {
                if (SlabAccess.load64(memory, element + ELEMENT_HEADER) == low
                        && SlabAccess.load64(memory, element + ELEMENT_HEADER + 8) == high) {
                    return element;
                }
                element = (int) SlabAccess.loadAcquire32(memory, element);
            }
            if (element >>> 1 == bucket) {
                return 0;
            }
        }
    }

    private static long findBytes(MemorySegment memory, long buckets, int mask, int hash, int keySize, long key) {
        int bucket = hash & mask;
        while (true) {
            int element = (int) SlabAccess.loadAcquire32(memory, buckets + bucket * 8L);
            while ((element & 1) == 0 && element != 0) {
                if ((int) SlabAccess.load32(memory, element + HASH) == hash
                        && SlabAccess.same(memory, element + ELEMENT_HEADER, key, keySize)) {
                    return element;
                }
                element = (int) SlabAccess.loadAcquire32(memory, element);
            }
            if (element == (bucket << 1 | 1)) {
                return 0;
            }
        }
    }

    @Override
    public long lookup(long key, int cpu) {
        long element = find(memory, buckets, mask, seed, keySize, key);
        if (element == 0) {
            return 0;
        }
        if (lru && SlabAccess.load32(memory, element + REFERENCED) == 0) {
            SlabAccess.store32(memory, element + REFERENCED, 1);
        }
        return element + valueOffset + (cpus == 1 ? 0 : (long) cpu * cpuStride);
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return change(key, value, flags, cpu, false);
    }

    @Override
    protected long write(long key, long value, long flags) {
        return change(key, value, flags, 0, true);
    }

    private long change(long key, long value, long flags, int cpu, boolean allCpus) {
        if ((flags & ~F_LOCK) > EXIST || flags < 0 || (flags & F_LOCK) != 0 && !shape.hasLock()) {
            return -Errno.EINVAL;
        }
        int hash = KeyHash.of(memory, key, keySize, seed);
        long bucket = buckets + (hash & mask) * 8L;
        long fresh = lru ? takeForLru(key, flags) : 0;
        if (fresh < 0) {
            return fresh;
        }
        SpinLock.lock(memory, bucket + 4);
        try {
            long old = find(memory, buckets, mask, seed, keySize, key);
            if (old != 0 && (flags & NOEXIST) != 0) {
                return -Errno.EEXIST;
            }
            if (old == 0 && (flags & EXIST) != 0) {
                return -Errno.ENOENT;
            }
            if (old != 0) {
                replace(bucket, old, hash, key, value, flags, cpu, allCpus);
                return 0;
            }
            long element = fresh != 0 ? fresh : takeNew();
            if (element == 0) {
                return -Errno.E2BIG;
            }
            if (element < 0) {
                return element;
            }
            fresh = 0;
            insert(bucket, element, hash, key, value, cpu, allCpus);
            return 0;
        } finally {
            SpinLock.unlock(memory, bucket + 4);
            if (fresh > 0) {
                free.give(fresh);
            }
        }
    }

    /** An element for a new key: 0 when the map is full, negative when memory is. */
    private long takeNew() {
        if (preallocated) {
            return free.take();
        }
        if (count.incrementAndGet() > maxEntries() && bounded) {
            count.decrementAndGet();
            return 0;
        }
        long element = takeOrAllocate();
        if (element == 0) {
            count.decrementAndGet();
            return -Errno.ENOMEM;
        }
        return element;
    }

    private long takeOrAllocate() {
        long element = free.take();
        return element != 0 ? element : tryAllocate(stride);
    }

    private void replace(long bucket, long old, int hash, long key, long value, long flags, int cpu, boolean allCpus) {
        long target = old + valueOffset;
        if (cpus > 1 || isPerCpu()) {
            storePerCpu(target, value, cpu, allCpus, false);
            return;
        }
        if ((flags & F_LOCK) != 0) {
            shape.copyLocked(memory, value, target, target);
            return;
        }
        long element = lru ? 0 : preallocated ? spare.take() : takeOrAllocate();
        if (element == 0) {
            shape.copy(memory, value, target);
            releaseFields(target);
            if (lru) {
                SlabAccess.store32(memory, old + REFERENCED, 1);
            }
            return;
        }
        insert(bucket, element, hash, key, value, cpu, allCpus);
        unlink(bucket, old);
        releaseFields(target);
        (preallocated ? spare : free).give(old);
    }

    private void insert(long bucket, long element, int hash, long key, long value, int cpu, boolean allCpus) {
        SlabAccess.store32(memory, element + HASH, hash);
        SlabAccess.store32(memory, element + REFERENCED, 0);
        ValueShape.copyBytes(memory, key, element + ELEMENT_HEADER, keySize);
        long target = element + valueOffset;
        if (isPerCpu()) {
            storePerCpu(target, value, cpu, allCpus, true);
        } else {
            shape.clearFields(memory, target);
            shape.copy(memory, value, target);
        }
        SlabAccess.store32(memory, element + LIVE, 1);
        SlabAccess.storeRelease32(memory, element, SlabAccess.load32(memory, bucket));
        SlabAccess.storeRelease32(memory, bucket, element);
    }

    private void storePerCpu(long target, long value, int cpu, boolean allCpus, boolean created) {
        for (int c = 0; c < cpus; c++) {
            long copy = target + (long) c * cpuStride;
            if (allCpus) {
                shape.copy(memory, value + (long) c * cpuStride, copy);
            } else if (c == cpu) {
                shape.copy(memory, value, copy);
            } else if (created) {
                SlabAccess.fill(memory, copy, cpuStride, (byte) 0);
            }
        }
    }

    /** Takes an element out of its chain; the bucket's lock is held. */
    private void unlink(long bucket, long element) {
        long link = bucket;
        while (true) {
            long next = SlabAccess.load32(memory, link);
            if (next == element) {
                SlabAccess.storeRelease32(memory, link, SlabAccess.load32(memory, element));
                SlabAccess.store32(memory, element + LIVE, 0);
                return;
            }
            link = next;
        }
    }

    @Override
    public long delete(long key) {
        int hash = KeyHash.of(memory, key, keySize, seed);
        long bucket = buckets + (hash & mask) * 8L;
        SpinLock.lock(memory, bucket + 4);
        try {
            long element = find(memory, buckets, mask, seed, keySize, key);
            if (element == 0) {
                return -Errno.ENOENT;
            }
            drop(bucket, element);
            return 0;
        } finally {
            SpinLock.unlock(memory, bucket + 4);
        }
    }

    private void drop(long bucket, long element) {
        unlink(bucket, element);
        releaseElement(element);
        if (!preallocated) {
            count.decrementAndGet();
        }
        free.give(element);
    }

    private void releaseElement(long element) {
        if (shape.isPlain()) {
            return;
        }
        for (int c = 0; c < cpus; c++) {
            releaseFields(element + valueOffset + (long) c * cpuStride);
        }
    }

    /** A free element, evicting one when there is none; 0 when the key is present already. */
    private long takeForLru(long key, long flags) {
        if (find(memory, buckets, mask, seed, keySize, key) != 0) {
            return 0;
        }
        if ((flags & EXIST) != 0) {
            return -Errno.ENOENT;
        }
        for (long tries = 0; tries < 4L * elementCount + 16; tries++) {
            long element = free.take();
            if (element != 0) {
                return element;
            }
            long victim = elements + (long) Integer.remainderUnsigned(hand.getAndIncrement(), elementCount) * stride;
            if (SlabAccess.load32(memory, victim + REFERENCED) != 0) {
                SlabAccess.store32(memory, victim + REFERENCED, 0);
            } else {
                evict(victim);
            }
        }
        return -Errno.ENOMEM;
    }

    private void evict(long victim) {
        int hash = (int) SlabAccess.load32(memory, victim + HASH);
        long bucket = buckets + (hash & mask) * 8L;
        SpinLock.lock(memory, bucket + 4);
        try {
            if (SlabAccess.load32(memory, victim + LIVE) != 0
                    && (int) SlabAccess.load32(memory, victim + HASH) == hash
                    && linked(bucket, victim)) {
                drop(bucket, victim);
            }
        } finally {
            SpinLock.unlock(memory, bucket + 4);
        }
    }

    private boolean linked(long bucket, long element) {
        long next = SlabAccess.load32(memory, bucket);
        while ((next & 1) == 0) {
            if (next == element) {
                return true;
            }
            next = SlabAccess.load32(memory, next);
        }
        return false;
    }

    @Override
    public long nextKey(long key, long next) {
        long element = key == 0 ? 0 : find(memory, buckets, mask, seed, keySize, key);
        int bucket = 0;
        long candidate;
        if (element == 0) {
            candidate = SlabAccess.loadAcquire32(memory, buckets);
        } else {
            bucket = KeyHash.of(memory, key, keySize, seed) & mask;
            candidate = SlabAccess.loadAcquire32(memory, element);
        }
        while ((candidate & 1) != 0) {
            if (bucket == mask) {
                return -Errno.ENOENT;
            }
            candidate = SlabAccess.loadAcquire32(memory, buckets + ++bucket * 8L);
        }
        ValueShape.copyBytes(memory, candidate + ELEMENT_HEADER, next, keySize);
        return 0;
    }

    /** The first element of a bucket, or 0: for iteration over all elements. */
    public long firstInBucket(int bucket) {
        long element = SlabAccess.loadAcquire32(memory, buckets + bucket * 8L);
        return (element & 1) == 0 ? element : 0;
    }

    /** The element after this one in its chain, or 0. */
    public long nextInBucket(long element) {
        long next = SlabAccess.loadAcquire32(memory, element);
        return (next & 1) == 0 ? next : 0;
    }

    public long keyOf(long element) {
        return element + ELEMENT_HEADER;
    }

    public long valueOf(long element, int cpu) {
        return element + valueOffset + (cpus == 1 ? 0 : (long) cpu * cpuStride);
    }

    /** Number of elements, counted now. */
    public int size() {
        int n = 0;
        for (int b = 0; b <= mask; b++) {
            for (long e = firstInBucket(b); e != 0; e = nextInBucket(e)) {
                n++;
            }
        }
        return n;
    }

    @Override
    public int hostValueSize() {
        return isPerCpu() ? cpuStride * cpus : valueSize();
    }

    @Override
    protected long read(long key, long out, long flags) {
        long element = find(memory, buckets, mask, seed, keySize, key);
        if (element == 0) {
            return -Errno.ENOENT;
        }
        if (!isPerCpu()) {
            copyOut(element + valueOffset, out, flags);
            return 0;
        }
        for (int c = 0; c < cpus; c++) {
            copyOut(element + valueOffset + (long) c * cpuStride, out + (long) c * cpuStride, 0);
        }
        return 0;
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        if (!preallocated) {
            return true;
        }
        long offset = (address - elements) % stride - valueOffset;
        return address >= elements && offset >= 0 && offset % cpuStride + bytes <= valueSize();
    }

    @Override
    public boolean ownsKey(long address, long bytes) {
        long offset = (address - elements) % stride - ELEMENT_HEADER;
        return preallocated && address >= elements && offset >= 0 && offset + bytes <= keySize;
    }

    @Override
    protected void releaseValues() {
        if (shape.isPlain() || buckets == 0) {
            return;
        }
        for (int b = 0; b <= mask; b++) {
            for (long e = firstInBucket(b); e != 0; e = nextInBucket(e)) {
                releaseElement(e);
            }
        }
    }
}
