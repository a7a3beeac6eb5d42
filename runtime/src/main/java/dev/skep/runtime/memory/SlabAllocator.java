package dev.skep.runtime.memory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Places blocks in a slab. Keeps its books on the Java heap, where no program can reach them.
 *
 * <ol>
 *   <li>Up to 16 KiB: size classes, carved from 64 KiB runs of one class; a stack of free blocks per class.
 *   <li>Above: whole pages, first fit, free neighbours merged.
 * </ol>
 *
 * <p><em>Units</em>: addresses are program addresses; blocks are 16-byte aligned, page blocks 4 KiB aligned. Guarded by
 * itself.
 */
final class SlabAllocator {
    static final int PAGE = 4096;
    private static final int RUN_PAGES = 16;
    private static final int[] CLASSES = {
        16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12288, 16384
    };

    private final TreeMap<Integer, Integer> freePages = new TreeMap<>();
    private final Map<Integer, Integer> pageBlocks = new HashMap<>();
    private final byte[] classOfRun;
    private final int[][] freeBlocks = new int[CLASSES.length][0];
    private final int[] freeCount = new int[CLASSES.length];
    private final TreeMap<Long, Long> live;
    private long used;

    /** Manages [NULL_PAGE, size). {@code track} keeps the set of live blocks for {@link #blockAt}. */
    SlabAllocator(long size, boolean track) {
        int first = Slab.NULL_PAGE / PAGE;
        int pages = (int) (size / PAGE);
        freePages.put(first, pages - first);
        classOfRun = new byte[pages];
        live = track ? new TreeMap<>() : null;
    }

    /** A block, not zeroed when it was used before; 0 when there is no room. */
    synchronized long allocate(long bytes) {
        int c = classOf(bytes);
        if (c < 0) {
            return allocatePages(bytes);
        }
        if (freeCount[c] == 0 && !refill(c)) {
            return 0;
        }
        long address = freeBlocks[c][--freeCount[c]] & 0xffff_ffffL;
        used += CLASSES[c];
        note(address, bytes);
        return address;
    }

    synchronized long allocatePages(long bytes) {
        long pages = Math.max(1, (bytes + PAGE - 1) / PAGE);
        int start = pages > Integer.MAX_VALUE ? -1 : takePages((int) pages);
        if (start < 0) {
            return 0;
        }
        pageBlocks.put(start, (int) pages);
        used += pages * PAGE;
        long address = (long) start * PAGE;
        note(address, bytes);
        return address;
    }

    private void note(long address, long bytes) {
        if (live != null) {
            live.put(address, bytes);
        }
    }

    /** Bytes that the block at this address takes; 0 if there is none. */
    synchronized long sizeOf(long address) {
        Integer pages = pageBlocks.get((int) (address / PAGE));
        if (pages != null) {
            return (long) pages * PAGE;
        }
        int c = classOfRun[(int) (address / PAGE)];
        return c == 0 ? 0 : CLASSES[c - 1];
    }

    /** True when the block is a run of whole pages. */
    synchronized boolean isPages(long address) {
        return address % PAGE == 0 && pageBlocks.containsKey((int) (address / PAGE));
    }

    /** Takes a block back. The caller has zeroed it. */
    synchronized void free(long address) {
        int page = (int) (address / PAGE);
        Integer pages = pageBlocks.remove(page);
        if (live != null) {
            live.remove(address);
        }
        if (pages != null) {
            used -= (long) pages * PAGE;
            givePages(page, pages);
            return;
        }
        int c = classOfRun[page] - 1;
        if (c < 0) {
            throw new IllegalArgumentException("address must be an allocated block: address=" + address);
        }
        used -= CLASSES[c];
        push(c, (int) address);
    }

    /** {start, length} of the live block that holds the address, or null. Needs tracking. */
    synchronized long[] blockAt(long address) {
        Map.Entry<Long, Long> block = live.floorEntry(address);
        return block == null || address >= block.getKey() + block.getValue()
                ? null
                : new long[] {block.getKey(), block.getValue()};
    }

    /** Marks a live block as nobody's to point into: {@link #blockAt} no longer finds it. */
    synchronized void hide(long address) {
        if (live != null) {
            live.remove(address);
        }
    }

    synchronized long used() {
        return used;
    }

    private static int classOf(long bytes) {
        if (bytes > CLASSES[CLASSES.length - 1]) {
            return -1;
        }
        int c = Arrays.binarySearch(CLASSES, (int) bytes);
        return c >= 0 ? c : -c - 1;
    }

    private boolean refill(int c) {
        int start = takePages(RUN_PAGES);
        if (start < 0) {
            return false;
        }
        Arrays.fill(classOfRun, start, start + RUN_PAGES, (byte) (c + 1));
        int count = RUN_PAGES * PAGE / CLASSES[c];
        for (int i = count - 1; i >= 0; i--) {
            push(c, start * PAGE + i * CLASSES[c]);
        }
        return true;
    }

    private void push(int c, int address) {
        if (freeCount[c] == freeBlocks[c].length) {
            freeBlocks[c] = Arrays.copyOf(freeBlocks[c], Math.max(64, 2 * freeCount[c]));
        }
        freeBlocks[c][freeCount[c]++] = address;
    }

    private int takePages(int pages) {
        for (Map.Entry<Integer, Integer> range : freePages.entrySet()) {
            if (range.getValue() >= pages) {
                int start = range.getKey();
                int rest = range.getValue() - pages;
                freePages.remove(start);
                if (rest > 0) {
                    freePages.put(start + pages, rest);
                }
                return start;
            }
        }
        return -1;
    }

    private void givePages(int start, int pages) {
        Map.Entry<Integer, Integer> before = freePages.floorEntry(start);
        if (before != null && before.getKey() + before.getValue() == start) {
            start = before.getKey();
            pages += before.getValue();
            freePages.remove(start);
        }
        Integer after = freePages.remove(start + pages);
        freePages.put(start, after == null ? pages : pages + after);
    }
}
