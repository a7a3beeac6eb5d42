package dev.skep.runtime.ring;

/** Receives the records of a ring, in order. */
@FunctionalInterface
public interface RecordHandler {
    /** Takes one record; a negative number stops the consumer, which returns it. */
    int handle(RingRecord record);
}
