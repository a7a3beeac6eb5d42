package dev.skep.verifier.explore;

import dev.skep.verifier.state.RegState;

/**
 * A one-to-one relation between ids of two states, built while they are compared. One object serves all comparisons.
 *
 * <p><em>Shape</em>: 0 means "no id". Ids are few per state, so a linear search in two arrays is the fastest map.
 */
final class IdMap {
    private static final int DELTA_BIT = 1 << 31;
    private static final int DELTA32_BIT = 1 << 30;

    private int[] old = new int[64];
    private int[] current = new int[64];
    private int size;
    private int lastTemporary;

    /** Forgets everything; temporary ids will start above {@code lastId}. */
    void reset(int lastId) {
        size = 0;
        lastTemporary = lastId;
    }

    /** The id as a key: a value and the same value plus a constant are two. */
    static int key(RegState reg) {
        return reg.id | (reg.hasDelta ? DELTA_BIT : 0) | (reg.delta32 ? DELTA32_BIT : 0);
    }

    /** Relates the two ids; false when that contradicts what is known. Both or neither must be 0. */
    boolean match(int oldId, int currentId) {
        if (oldId == 0 || currentId == 0) {
            return oldId == currentId;
        }
        for (int i = 0; i < size; i++) {
            if (old[i] == oldId) {
                return current[i] == currentId;
            }
            if (current[i] == currentId) {
                return false;
            }
        }
        if (size == old.length) {
            old = java.util.Arrays.copyOf(old, size * 2);
            current = java.util.Arrays.copyOf(current, size * 2);
        }
        old[size] = oldId;
        current[size] = currentId;
        size++;
        return true;
    }

    /**
     * Like {@link #match} for scalars: an old value tied to no other accepts any id, since ties only add knowledge; a
     * current one without id counts as one with an id of its own.
     */
    boolean matchScalar(int oldId, int currentId) {
        return oldId == 0 || match(oldId, currentId == 0 ? ++lastTemporary : currentId);
    }
}
