package dev.skep.verifier.state;

/**
 * What bounds the life of a local dynptr and of its slices, beyond map values: Skep's extension {@code stack-dynptr}.
 *
 * @param frame number of the frame with whose return the memory is gone, -1: none
 * @param owner reference of the allocated object that the memory is part of, 0: none
 * @param readOnly the memory may not be written: map keys
 */
public record Extent(int frame, int owner, boolean readOnly) {
    /** Memory that outlives every run. */
    public static final Extent UNBOUND = new Extent(-1, 0, false);
}
