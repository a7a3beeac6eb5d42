package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.util.ArrayList;
import java.util.List;

/**
 * BPF_MAP_TYPE_LPM_TRIE: keys are {@code u32 prefix length in bits} and data, most significant bit first; a lookup
 * finds the longest stored prefix of its key.
 *
 * <p><em>Shape</em> of a node: {@code u32 left, u32 right, u32 prefixBits, u32 inner}, the data rounded up to 8, the
 * value. A node that is {@code inner} has no value and exists only to fork. A child's prefix is always longer than its
 * parent's.
 *
 * <p>Lookups take no lock; changes take one, and publish a node only when it is complete. Nodes belong to the map until
 * it closes.
 */
public final class LpmTrieMap extends BpfMap {
    private static final int PREFIX = 8;
    private static final int INNER = 12;
    private static final int DATA = 16;

    private final int dataBytes;
    private final int maxBits;
    private final int valueOffset;
    private final long control;
    private final ElementPool free;
    private int count;

    /** control: {@code u32 root, u32 lock}, then the pool's block. */
    public LpmTrieMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        dataBytes = spec.keySize() - 4;
        maxBits = dataBytes * 8;
        valueOffset = DATA + round8(dataBytes);
        control = allocate(16 + ElementPool.CONTROL_BYTES);
        free = new ElementPool(memory, control + 16, 0, 0, 0);
    }

    private int bit(long data, int index) {
        return (int) SlabAccess.load8(memory, data + (index >>> 3)) >>> 7 - (index & 7) & 1;
    }

    /** Leading bits in which two data blocks agree, at most {@code limit}. */
    private int common(long a, long b, int limit) {
        int bits = 0;
        for (int i = 0; bits < limit; i++, bits += 8) {
            int differ = (int) (SlabAccess.load8(memory, a + i) ^ SlabAccess.load8(memory, b + i));
            if (differ != 0) {
                bits += Integer.numberOfLeadingZeros(differ) - 24;
                break;
            }
        }
        return Math.min(bits, limit);
    }

    private int prefix(long node) {
        return (int) SlabAccess.load32(memory, node + PREFIX);
    }

    private boolean isInner(long node) {
        return SlabAccess.load32(memory, node + INNER) != 0;
    }

    private long child(long node, int side) {
        return SlabAccess.loadAcquire32(memory, node + side * 4L);
    }

    @Override
    public long lookup(long key, int cpu) {
        int bits = (int) SlabAccess.load32(memory, key);
        if (Integer.compareUnsigned(bits, maxBits) > 0) {
            return 0;
        }
        long found = 0;
        long node = SlabAccess.loadAcquire32(memory, control);
        for (int steps = 0; node != 0 && steps <= maxBits; steps++) {
            int length = prefix(node);
            int match = common(node + DATA, key + 4, Math.min(length, bits));
            if (match < length) {
                break;
            }
            if (!isInner(node)) {
                found = node;
            }
            if (length >= maxBits) {
                break;
            }
            node = child(node, bit(key + 4, length));
        }
        return found == 0 ? 0 : found + valueOffset;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        int bits = (int) SlabAccess.load32(memory, key);
        if (Long.compareUnsigned(flags, EXIST) > 0 || Integer.compareUnsigned(bits, maxBits) > 0) {
            return -Errno.EINVAL;
        }
        SpinLock.lock(memory, control + 4);
        try {
            return insert(key, bits, value, flags);
        } finally {
            SpinLock.unlock(memory, control + 4);
        }
    }

    private long insert(long key, int bits, long value, long flags) {
        long link = control;
        long node;
        int match = 0;
        while ((node = SlabAccess.load32(memory, link)) != 0) {
            int length = prefix(node);
            match = common(node + DATA, key + 4, Math.min(length, bits));
            if (match < length || length == bits) {
                break;
            }
            link = node + 4L * bit(key + 4, length);
        }
        boolean same = node != 0 && match == bits && prefix(node) == bits;
        boolean present = same && !isInner(node);
        if (present && (flags & NOEXIST) != 0) {
            return -Errno.EEXIST;
        }
        if (!present && (flags & EXIST) != 0) {
            return -Errno.ENOENT;
        }
        if (!present && count >= maxEntries()) {
            return -Errno.ENOSPC;
        }
        long fresh = newNode(key, bits, value);
        if (fresh == 0) {
            return -Errno.ENOMEM;
        }
        if (same) {
            SlabAccess.store64(memory, fresh, SlabAccess.load64(memory, node));
            SlabAccess.storeRelease32(memory, link, fresh);
            free.give(node);
        } else if (node == 0) {
            SlabAccess.storeRelease32(memory, link, fresh);
        } else if (match == bits) {
            SlabAccess.store32(memory, fresh + 4L * bit(node + DATA, bits), node);
            SlabAccess.storeRelease32(memory, link, fresh);
        } else {
            long fork = newNode(key, match, 0);
            if (fork == 0) {
                free.give(fresh);
                return -Errno.ENOMEM;
            }
            int side = bit(key + 4, match);
            SlabAccess.store32(memory, fork + 4L * side, fresh);
            SlabAccess.store32(memory, fork + 4L * (1 - side), node);
            SlabAccess.storeRelease32(memory, link, fork);
        }
        count += present ? 0 : 1;
        return 0;
    }

    /** A node without children; an inner one when {@code value} is 0. */
    private long newNode(long key, int bits, long value) {
        long node = free.take();
        if (node == 0) {
            node = tryAllocate(valueOffset + round8(valueSize()));
        }
        if (node == 0) {
            return 0;
        }
        SlabAccess.store64(memory, node, 0);
        SlabAccess.store32(memory, node + PREFIX, bits);
        SlabAccess.store32(memory, node + INNER, value == 0 ? 1 : 0);
        ValueShape.copyBytes(memory, key + 4, node + DATA, dataBytes);
        if (value != 0) {
            ValueShape.copyBytes(memory, value, node + valueOffset, valueSize());
        }
        return node;
    }

    @Override
    public long delete(long key) {
        int bits = (int) SlabAccess.load32(memory, key);
        if (Integer.compareUnsigned(bits, maxBits) > 0) {
            return -Errno.EINVAL;
        }
        SpinLock.lock(memory, control + 4);
        try {
            return remove(key, bits);
        } finally {
            SpinLock.unlock(memory, control + 4);
        }
    }

    private long remove(long key, int bits) {
        long parentLink = 0;
        long parent = 0;
        long link = control;
        long node;
        while ((node = SlabAccess.load32(memory, link)) != 0) {
            int length = prefix(node);
            if (common(node + DATA, key + 4, Math.min(length, bits)) < length || length >= bits) {
                break;
            }
            parent = node;
            parentLink = link;
            link = node + 4L * bit(key + 4, length);
        }
        if (node == 0 || prefix(node) != bits || isInner(node) || common(node + DATA, key + 4, bits) != bits) {
            return -Errno.ENOENT;
        }
        count--;
        long left = child(node, 0);
        long right = child(node, 1);
        if (left != 0 && right != 0) {
            SlabAccess.store32(memory, node + INNER, 1);
            return 0;
        }
        long only = left != 0 ? left : right;
        if (only == 0 && parent != 0 && isInner(parent)) {
            int side = link == parent ? 0 : 1;
            SlabAccess.storeRelease32(memory, parentLink, child(parent, 1 - side));
            free.give(parent);
        } else {
            SlabAccess.storeRelease32(memory, link, only);
        }
        free.give(node);
        return 0;
    }

    /** Walks from the longest prefixes to the shortest: children before their parent, left before right. */
    @Override
    public long nextKey(long key, long next) {
        List<Long> order = new ArrayList<>();
        SpinLock.lock(memory, control + 4);
        try {
            collect(SlabAccess.load32(memory, control), order);
            if (order.isEmpty()) {
                return -Errno.ENOENT;
            }
            int at = 0;
            if (key != 0) {
                int bits = (int) SlabAccess.load32(memory, key);
                for (int i = 0; i < order.size(); i++) {
                    long node = order.get(i);
                    if (prefix(node) == bits && common(node + DATA, key + 4, bits) == bits) {
                        at = i + 1;
                    }
                }
            }
            if (at == order.size()) {
                return -Errno.ENOENT;
            }
            SlabAccess.store32(memory, next, prefix(order.get(at)));
            SlabAccess.copy(memory, order.get(at) + DATA, next + 4, dataBytes);
            return 0;
        } finally {
            SpinLock.unlock(memory, control + 4);
        }
    }

    private void collect(long node, List<Long> order) {
        if (node == 0) {
            return;
        }
        collect(child(node, 0), order);
        collect(child(node, 1), order);
        if (!isInner(node)) {
            order.add(node);
        }
    }

    @Override
    public boolean ownsValue(long address, long bytes) {
        return true;
    }
}
