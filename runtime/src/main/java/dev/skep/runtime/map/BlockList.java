package dev.skep.runtime.map;

import dev.skep.runtime.memory.Slab;
import java.util.Arrays;

/** The slab blocks of one map, to give back in the end. */
final class BlockList {
    private int[] addresses = new int[4];
    private int count;

    void add(long address) {
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
        }
        addresses[count++] = (int) address;
    }

    boolean contains(long address) {
        for (int i = 0; i < count; i++) {
            if (addresses[i] == (int) address) {
                return true;
            }
        }
        return false;
    }

    void freeAll(Slab slab) {
        while (count > 0) {
            slab.free(addresses[--count]);
        }
    }
}
