package dev.skep.verifier.walk;

import dev.skep.verifier.state.VerifierState;

/** What steps ask of the exploration: fork, and go back in history for precision. Implemented by package explore. */
public interface Exploration {
    /**
     * Queues a copy of the current state, to be walked later from {@code target}.
     *
     * @param target slot index where it continues
     * @param from slot index of the instruction that forks ({@code from X to Y} in the log)
     * @return the copy, for the caller to refine
     */
    VerifierState push(int target, int from, boolean speculative);

    /**
     * Queues a path that begins with a fresh outermost frame (asynchronous callback) in subprogram {@code subprogram}.
     *
     * @return the queued state, whose only frame has R1 to R5 still unset
     */
    VerifierState pushAsync(int subprogram, int from, boolean sleepable);

    /** The value of a register of the current frame decided something: marks it precise, back to where it came from. */
    void markPrecise(int reg);

    /** Likewise for a register in frame {@code frame} of the current state. */
    void markPrecise(int frame, int reg);

    /** Likewise for a spilled scalar of frame {@code frame}. */
    void markPreciseSlot(int frame, int spi);

    /** Records that the current instruction read slots of a frame (bit = slot index), for stack liveness. */
    void readSlots(int frame, long slots);

    /** Records that the current instruction overwrote whole slots of a frame at constant offsets. */
    void writeSlots(int frame, long slots);

    /** Records which registers and slots of all frames the jump at the current instruction linked (for precision). */
    void recordLinked(long packedRegsAndSlots);

    /**
     * Called by iterator-next, may_goto and callback-calling steps: widens in {@code queued} the imprecise scalars that differ from
     * those of the last checkpoint of the same instruction, so that the loop converges.
     */
    void widen(VerifierState queued);
}
