package dev.skep.verifier.explore;

/** Work done so far, over all walks of one analysis. */
public final class Counters {
    int processed;
    int jumps;
    /** {@code processed} and {@code jumps} when the last state was stored. */
    int processedAtStore;

    int jumpsAtStore;

    int totalStates;
    int peakStates;
    int maxStatesPerInsn;
    /** States in the buckets; states evicted but still in use; loop states waiting for their loop to finish. */
    int kept;

    int evicted;
    int backEdges;

    /** Instructions visited. */
    public int processed() {
        return processed;
    }

    /** States stored. */
    public int totalStates() {
        return totalStates;
    }

    /** Most states alive at one time. */
    public int peakStates() {
        return peakStates;
    }

    /** Longest list of states searched at one instruction. */
    public int maxStatesPerInsn() {
        return maxStatesPerInsn;
    }

    void updatePeak() {
        peakStates = Math.max(peakStates, kept + evicted + backEdges);
    }

    int jumpsSinceStore() {
        return jumps - jumpsAtStore;
    }

    int processedSinceStore() {
        return processed - processedAtStore;
    }
}
