package dev.skep.runtime;

import dev.skep.runtime.map.BpfMap;

/**
 * Where the program of the last run asked its packet to go. Valid when the program returned the redirect action of its
 * type.
 *
 * <p><em>Shape</em>: either {@link #ifindex} names a device, or {@link #map} and {@link #key} an element of a device,
 * CPU or socket map.
 */
public final class Redirect {
    private BpfMap map;
    private long key;
    private int ifindex;
    private long flags;

    Redirect() {}

    void clear() {
        if (map != null) {
            map = null;
        }
        key = 0;
        ifindex = 0;
        flags = 0;
    }

    /** Notes a device. */
    public void to(int newIfindex, long newFlags) {
        map = null;
        key = 0;
        ifindex = newIfindex;
        flags = newFlags;
    }

    /** Notes an element of a map. */
    public void to(BpfMap newMap, long newKey, long newFlags) {
        map = newMap;
        key = newKey;
        ifindex = 0;
        flags = newFlags;
    }

    /** Device index, 0 for none. */
    public int ifindex() {
        return ifindex;
    }

    /** Null unless the target is an element of a map. */
    public BpfMap map() {
        return map;
    }

    public long key() {
        return key;
    }

    /** The flags that the program gave. */
    public long flags() {
        return flags;
    }
}
