package dev.skep.runtime.map;

import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.SlabAccess;
import java.util.BitSet;

/**
 * BPF_MAP_TYPE_ARENA: pages that programs allocate and point into freely. They lie in the slab, so an arena pointer is
 * an address like any other, in both address spaces; casts keep its low 32 bits.
 *
 * <p>The address range is reserved at once (at most a quarter of the slab), each page is charged when it is allocated.
 */
public final class ArenaMap extends BpfMap {
    private static final int PAGE = 4096;

    private final long base;
    private final int pages;
    private final BitSet taken = new BitSet();
    private final byte[] live;

    public ArenaMap(MapEnvironment environment, MapSpec spec) {
        super(environment, spec);
        long wanted = Integer.toUnsignedLong(spec.maxEntries());
        pages = (int) Math.min(wanted, slab.size() / 4 / PAGE);
        live = new byte[pages];
        base = allocate((long) Math.max(pages, 2) * PAGE, 0);
        if (spec.contents() != null) {
            long first = allocatePages(0, (spec.contents().length + PAGE - 1) / PAGE);
            if (first == 0) {
                close();
                throw slab.full(spec.contents().length);
            }
            SlabAccess.put(memory, first, spec.contents(), 0, spec.contents().length);
        }
    }

    /** Address of the first page. */
    public long base() {
        return base;
    }

    /** {@code bpf_arena_alloc_pages}: zeroed pages, at {@code address} if it is not 0; 0 when that is not possible. */
    public synchronized long allocatePages(long address, long count) {
        if (count <= 0 || count > pages) {
            return 0;
        }
        int first = 0;
        if (address != 0) {
            if (address % PAGE != 0 || address < base || address + count * PAGE > base + (long) pages * PAGE) {
                return 0;
            }
            first = (int) ((address - base) / PAGE);
            int next = taken.nextSetBit(first);
            if (next >= 0 && next < first + count) {
                return 0;
            }
        } else {
            first = gap((int) count);
        }
        if (first < 0 || !account().tryCharge(count * PAGE)) {
            return 0;
        }
        taken.set(first, first + (int) count);
        java.util.Arrays.fill(live, first, first + (int) count, (byte) 1);
        return base + (long) first * PAGE;
    }

    /** True when [address, address + bytes) lies in allocated pages. */
    public boolean holds(long address, int bytes) {
        long first = address - base >> 12;
        long last = address + bytes - 1 - base >> 12;
        return first >= 0 && last < pages && live[(int) first] != 0 && live[(int) last] != 0;
    }

    private int gap(int count) {
        int first = taken.nextClearBit(0);
        while (first + count <= pages) {
            int next = taken.nextSetBit(first);
            if (next < 0 || next >= first + count) {
                return first;
            }
            first = taken.nextClearBit(next);
        }
        return -1;
    }

    /** {@code bpf_arena_free_pages}: pages that are not allocated are skipped. */
    public synchronized void freePages(long address, long count) {
        long from = Math.max(address & -PAGE, base);
        long to = Math.min((address & -PAGE) + Math.min(count, pages) * PAGE, base + (long) pages * PAGE);
        for (long at = from; at < to; at += PAGE) {
            int page = (int) ((at - base) / PAGE);
            if (taken.get(page)) {
                taken.clear(page);
                live[page] = 0;
                account().uncharge(PAGE);
                SlabAccess.fill(memory, at, PAGE, (byte) 0);
            }
        }
    }

    @Override
    protected synchronized void releaseValues() {
        account().uncharge((long) taken.cardinality() * PAGE);
        taken.clear();
    }

    @Override
    public long lookup(long key, int cpu) {
        return 0;
    }

    @Override
    public long update(long key, long value, long flags, int cpu) {
        return -Errno.EOPNOTSUPP;
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
        return true;
    }
}
