package dev.skep.verifier.diag;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which visits' text is still in a level 1 log at its end. Level 1 keeps the failing path only, so most text would be
 * written to be forgotten; instead the first analysis only records visits here, and a second one, needed after a
 * rejection only, writes those.
 *
 * <p><em>Shape</em>: visits are numbered by the count of processed instructions.
 */
public final class LogTrail {
    /** Visits kept at most, the last ones: more text than that would not fit a log. */
    private static final int LIMIT = 200_000;

    private int[] visits = new int[1024];
    private int size;
    /** Null while recording. */
    private BitSet kept;

    public boolean recording() {
        return kept == null;
    }

    /** A visit whose text goes to the end of the log. */
    public void add(int visit) {
        if (size == visits.length) {
            visits = Arrays.copyOf(visits, size * 2);
        }
        visits[size++] = visit;
    }

    public int size() {
        return size;
    }

    /** Forgets all but the first {@code length} visits. */
    public void cutTo(int length) {
        size = length;
    }

    /** Ends recording. */
    public void freeze() {
        kept = new BitSet();
        for (int i = Math.max(0, size - LIMIT); i < size; i++) {
            kept.set(visits[i]);
        }
    }

    public boolean has(int visit) {
        return kept.get(visit);
    }
}
