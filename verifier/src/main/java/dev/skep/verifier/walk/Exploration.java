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

    /**
     * The current frame, not the outermost, is about to be left for its caller's: all that it reads and writes is
     * known.
     */
    void leaveFrame();

    /**
     * Records that the current instruction spilled a register to this slot, or restored one from it (whole or part of a
     * tracked value): the slot's value and the register's are the same. Not called for accesses that lose the value
     * (misc, zero bytes).
     */
    void recordSpill(int frame, int spi);

    /**
     * Records which registers and slots of all frames the jump at the current instruction linked, packed as {@link
     * dev.skep.verifier.state.LinkedSet} says; called before the other branch is pushed, and only when more than one is
     * linked.
     */
    void recordLinked(long packedRegsAndSlots);

    /**
     * Called by iterator-next and may_goto steps with the state just pushed, and by the return from a synchronous
     * callback with the current state (callee already removed, {@code walk.next} already the call): widens in {@code
     * queued} the imprecise scalars that differ from those of the last unfinished checkpoint of the same instruction,
     * so that the loop converges.
     */
    void widen(VerifierState queued);
}
