package dev.skep.verifier.state;

/**
 * What bounds the life of a local dynptr and of its slices, beyond map values: Skep's extension {@code stack-dynptr}.
 *
 * @param frame number of the frame with whose return the memory is gone, -1: none
 * @param slots stack slots of that frame that the memory is in, one bit each
 * @param owner reference of the allocated object that the memory is part of, 0: none
 * @param readOnly the memory may not be written: map keys
 */
public record Extent(int frame, long slots, int owner, boolean readOnly) {
    /** Memory that outlives every run. */
    public static final Extent UNBOUND = new Extent(-1, 0, 0, false);

    /** Stack of a frame. */
    public static Extent stack(int frame, long slots) {
        return new Extent(frame, slots, 0, false);
    }

    /** The key that the callback running in a frame was given. */
    public static Extent mapKey(int frame) {
        return new Extent(frame, 0, 0, true);
    }

    /** An object that the program owns. */
    public static Extent object(int refId) {
        return new Extent(-1, 0, refId, false);
    }

    /** True when writing through the dynptr may change this slot. */
    public boolean covers(int frameNumber, int spi) {
        return frame == frameNumber && (slots >>> spi & 1) != 0;
    }
}
