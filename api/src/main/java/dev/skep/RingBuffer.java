package dev.skep;

import dev.skep.runtime.ring.RingRecord;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Records from programs, in the order of their reservation: the same calls on a ring of Skep and on one in the running
 * kernel. One consumer at a time; others wait.
 *
 * <p>A handler that throws has not consumed its record: the next call delivers it again. A record is valid while the
 * handler runs. The consumer's position, which gives producers room, moves when a call ends and after each eighth of
 * the ring.
 *
 * <p><em>Errors</em>: {@link IllegalStateException} on a ring whose object is closed, also for those who wait, and from
 * a handler that consumes the ring it is called by.
 */
public sealed interface RingBuffer permits TypedRing {
    /** The map's name. */
    String name();

    /** Bytes of data that the ring holds, headers included. */
    long size();

    /** Everything before it is consumed; bytes since the ring was made. */
    long consumerPosition();

    /** Everything before it is reserved; bytes since the ring was made. */
    long producerPosition();

    /** Bytes that are reserved and not consumed, headers included. */
    long available();

    /**
     * On a ring that overwrites (BPF_F_RB_OVERWRITE): bytes that were overwritten before this consumer came to them.
     */
    long lostBytes();

    /** BTF id of the record's struct in the object's types, 0 when the program does not say. */
    int recordType();

    /** Takes at most {@code limit} records, at least one if there is one; returns how many. */
    int consume(int limit, Consumer<RingRecord> handler);

    /**
     * Takes what is there; if nothing is, waits for a record and takes what is there then. Returns 0 when the time is
     * over.
     */
    int poll(Duration timeout, Consumer<RingRecord> handler) throws InterruptedException;

    /** Waits until something is reserved and not consumed, or a wake-up; false when the time is over. */
    boolean awaitRecord(Duration timeout) throws InterruptedException;

    /**
     * A handler of records for one of Java records, decoded by the type that the ring's declaration names.
     *
     * @throws IllegalStateException when the declaration names none
     */
    <T> Consumer<RingRecord> decoding(Class<T> type, Consumer<T> handler);

    /** Takes all records that are there; returns how many. */
    default int consume(Consumer<RingRecord> handler) {
        return consume(Integer.MAX_VALUE, handler);
    }

    /** The same, decoded into a Java record. See {@link #decoding}. */
    default <T> int consume(Class<T> type, Consumer<T> handler) {
        return consume(decoding(type, handler));
    }

    /** {@link #poll(Duration, Consumer)}, decoded into a Java record. See {@link #decoding}. */
    default <T> int poll(Duration timeout, Class<T> type, Consumer<T> handler) throws InterruptedException {
        return poll(timeout, decoding(type, handler));
    }

    /**
     * The records as a publisher of byte arrays, one subscriber at a time; a virtual thread consumes as fast as demand
     * allows.
     */
    default Flow.Publisher<byte[]> publisher() {
        return subscriber -> subscriber.onSubscribe(new RingSubscription(this, subscriber));
    }
}
