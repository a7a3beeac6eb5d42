package dev.skep.runtime;

import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.Slab;
import java.util.Arrays;

/**
 * Memory that one run has allocated and must give back. A handful of blocks at most: they are searched from the newest.
 *
 * <p><em>Units</em>: an account is charged the bytes asked for.
 */
public final class HeldBlocks {
    private long[] addresses = new long[8];
    private long[] sizes = new long[8];
    private MemoryAccount[] payers = new MemoryAccount[8];
    private int count;

    /** A zeroed block that {@code payer} pays for; 0 when the account or the slab cannot. */
    public long allocate(Slab slab, MemoryAccount payer, long bytes) {
        if (!payer.tryCharge(bytes)) {
            return 0;
        }
        long address = slab.allocate(Math.max(1, bytes));
        if (address == 0) {
            payer.uncharge(bytes);
            return 0;
        }
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * count);
            sizes = Arrays.copyOf(sizes, 2 * count);
            payers = Arrays.copyOf(payers, 2 * count);
        }
        addresses[count] = address;
        sizes[count] = bytes;
        payers[count++] = payer;
        return address;
    }

    /** Gives a block back; false when it is not held. */
    public boolean free(Slab slab, long address) {
        for (int i = count - 1; i >= 0; i--) {
            if (addresses[i] == address) {
                slab.free(address);
                payers[i].uncharge(sizes[i]);
                count--;
                addresses[i] = addresses[count];
                sizes[i] = sizes[count];
                payers[i] = payers[count];
                payers[count] = null;
                return true;
            }
        }
        return false;
    }

    /** Number of blocks held. */
    public int count() {
        return count;
    }

    void freeAll(Slab slab) {
        while (count > 0) {
            free(slab, addresses[count - 1]);
        }
    }
}
