package dev.skep.verifier.explore;

import dev.skep.verifier.state.VerifierState;

/** A stored state and how useful it has been. One link of its bucket's list. */
final class Checkpoint {
    final VerifierState state;
    Checkpoint next;
    int hits;
    int misses;
    /** Taken out of its bucket, but a path that began here is still pending, or a back edge may lead here. */
    boolean evicted;
    /** What is dead at the instruction has been forgotten. */
    boolean cleaned;

    Checkpoint(VerifierState state) {
        this.state = state;
        state.exploration = this;
    }
}
