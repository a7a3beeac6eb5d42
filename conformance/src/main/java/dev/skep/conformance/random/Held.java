package dev.skep.conformance.random;

/** What the generator believes a register or stack slot holds. It guides choices; nothing depends on it being right. */
sealed interface Held {
    Nothing NOTHING = new Nothing();
    Number ANY = new Number(-1);

    record Nothing() implements Held {}

    /** A number, from 0 to {@code max}; of any value when {@code max} is negative. */
    record Number(long max) implements Held {}

    record Context() implements Held {}

    /** An address in the stack of this function ({@code up} 0) or of a caller's. */
    record Stack(int offset, int up) implements Held {}

    record MapAddress(int map) implements Held {}

    /** The inner map of a map of maps. */
    record InnerMap(boolean maybeNull) implements Held {}

    /**
     * An address in a block of memory.
     *
     * @param size bytes of the block
     * @param offset from its start, the largest possible
     */
    record Memory(Kind kind, int size, int offset, boolean maybeNull, boolean readOnly) implements Held {
        enum Kind {
            VALUE,
            RECORD,
            SLICE,
            PERCPU
        }

        Memory moved(int by) {
            return new Memory(kind, size, offset + by, maybeNull, readOnly);
        }

        Memory present() {
            return new Memory(kind, size, offset, false, readOnly);
        }
    }

    /** An address in the packet with {@code range} bytes proved from its base, {@code offset} bytes in. */
    record Packet(int base, int offset, int range) implements Held {}

    record PacketEnd() implements Held {}

    record PacketMeta() implements Held {}

    record Socket(boolean maybeNull) implements Held {}

    record Task() implements Held {}
}
