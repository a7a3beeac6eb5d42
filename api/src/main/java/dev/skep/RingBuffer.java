package dev.skep;

import dev.skep.data.RecordMapping;
import dev.skep.object.btf.Btf;
import dev.skep.runtime.ring.RecordHandler;
import dev.skep.runtime.ring.RingRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Records from programs, in the order of their reservation. One consumer at a time; others wait.
 *
 * <p>A handler that throws has not consumed its record: the next call delivers it again. A record is valid while the handler runs.
 */
public final class RingBuffer {
    private final String name;
    private final dev.skep.runtime.ring.RingBuffer ring;
    private final Btf btf;
    private final int recordType;

    RingBuffer(String name, dev.skep.runtime.ring.RingBuffer ring, Btf btf, int recordType) {
        this.name = name;
        this.ring = ring;
        this.btf = btf;
        this.recordType = recordType;
    }

    public String name() {
        return name;
    }

    /** The ring underneath: positions, queries. */
    public dev.skep.runtime.ring.RingBuffer raw() {
        return ring;
    }

    /** BTF id of the record's struct in the object's types, 0 when the program does not say. */
    public int recordType() {
        return recordType;
    }

    /** Takes all records that are there; returns how many. */
    public int consume(Consumer<RingRecord> handler) {
        return ring.consume(adapt(handler));
    }

    /** Takes at most {@code limit} records, at least one if there is one. */
    public int consume(int limit, Consumer<RingRecord> handler) {
        return ring.consume(limit, adapt(handler));
    }

    /** Takes what is there; if nothing is, waits for a record and takes what is there then. */
    public int poll(Duration timeout, Consumer<RingRecord> handler) throws InterruptedException {
        return ring.poll(timeout, adapt(handler));
    }

    /** The same, decoded into a Java record by the type that the ring's declaration names. */
    public <T> int poll(Duration timeout, Class<T> type, Consumer<T> handler) throws InterruptedException {
        return ring.poll(timeout, decoding(type, handler));
    }

    public <T> int consume(Class<T> type, Consumer<T> handler) {
        return ring.consume(decoding(type, handler));
    }

    private static RecordHandler adapt(Consumer<RingRecord> handler) {
        return record -> {
            handler.accept(record);
            return 0;
        };
    }

    private <T> RecordHandler decoding(Class<T> type, Consumer<T> handler) {
        if (recordType == 0) {
            throw new IllegalStateException(
                    "ring " + name + ": record type unknown: declare it with btf_decl_tag(\"record:STRUCT\")");
        }
        RecordMapping<T> mapping = RecordMapping.of(type, btf, recordType);
        return record -> {
            handler.accept(mapping.read(ByteBuffer.wrap(record.toByteArray())));
            return 0;
        };
    }

    /** The records as a publisher of byte arrays, one subscriber at a time; a virtual thread consumes as fast as demand allows. */
    public Flow.Publisher<byte[]> publisher() {
        return subscriber -> subscriber.onSubscribe(new RingSubscription(ring, subscriber));
    }
}
