package dev.skep;

import dev.skep.object.btf.Btf;
import dev.skep.runtime.ring.RingRecord;
import java.time.Duration;
import java.util.function.Consumer;

/** A ring of a {@link BpfObject}. */
final class MachineRing extends TypedRing {
    private final dev.skep.runtime.ring.RingBuffer ring;

    MachineRing(String name, dev.skep.runtime.ring.RingBuffer ring, Btf btf, int recordType) {
        super(name, btf, recordType);
        this.ring = ring;
    }

    dev.skep.runtime.ring.RingBuffer raw() {
        return ring;
    }

    @Override
    public long size() {
        return ring.size();
    }

    @Override
    public long consumerPosition() {
        return ring.consumerPosition();
    }

    @Override
    public long producerPosition() {
        return ring.producerPosition();
    }

    @Override
    public long available() {
        return ring.available();
    }

    @Override
    public long lostBytes() {
        return ring.lostBytes();
    }

    @Override
    public int consume(int limit, Consumer<RingRecord> handler) {
        return ring.consume(limit, adapt(handler));
    }

    @Override
    public int poll(Duration timeout, Consumer<RingRecord> handler) throws InterruptedException {
        return ring.poll(timeout, adapt(handler));
    }

    @Override
    public boolean awaitRecord(Duration timeout) throws InterruptedException {
        return ring.awaitRecord(timeout);
    }
}
