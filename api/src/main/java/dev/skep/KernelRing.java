package dev.skep;

import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxMap;
import dev.skep.linux.LinuxRingPages;
import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.ring.RecordHandler;
import dev.skep.runtime.ring.RingConsumer;
import dev.skep.runtime.ring.RingPages;
import dev.skep.runtime.ring.RingRecord;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A ring in the running kernel, through the pages that it shares. Waiting is {@code poll(2)}, in slices, so that
 * closing ends it.
 */
final class KernelRing extends TypedRing implements AutoCloseable {
    private final LinuxRingPages kernel;
    private final RingPages pages;
    private final RingConsumer consumer;
    private final boolean overwrite;
    private volatile boolean closed;

    KernelRing(LinuxMap map, Btf btf, int recordType) throws LinuxException {
        super(map.spec().name(), btf, recordType);
        kernel = new LinuxRingPages(map);
        pages = new RingPages(kernel.shared(), kernel.size());
        overwrite = (map.spec().flags() & MapSpec.F_RB_OVERWRITE) != 0;
        consumer = new RingConsumer(pages, kernel.shared().address(), overwrite);
    }

    LinuxRingPages kernel() {
        return kernel;
    }

    @Override
    public long size() {
        return kernel.size();
    }

    @Override
    public long consumerPosition() {
        return pages.consumerPosition();
    }

    @Override
    public long producerPosition() {
        return pages.producerPosition();
    }

    @Override
    public long available() {
        long start = consumerPosition();
        return producerPosition() - (overwrite ? Math.max(start, pages.overwritePosition()) : start);
    }

    @Override
    public long lostBytes() {
        return consumer.lostBytes();
    }

    @Override
    public int consume(int limit, Consumer<RingRecord> handler) {
        return consumer.consume(limit, adapt(handler));
    }

    @Override
    public int poll(Duration timeout, Consumer<RingRecord> handler) throws InterruptedException {
        RecordHandler adapted = adapt(handler);
        KernelWait wait = new KernelWait(timeout, this::isClosed);
        while (true) {
            int taken = consumer.consume(Integer.MAX_VALUE, adapted);
            if (taken != 0 || !wait.more(kernel)) {
                return taken;
            }
        }
    }

    @Override
    public boolean awaitRecord(Duration timeout) throws InterruptedException {
        KernelWait wait = new KernelWait(timeout, this::isClosed);
        while (available() == 0) {
            if (!wait.more(kernel)) {
                return available() != 0;
            }
        }
        return true;
    }

    private boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        consumer.close();
        closed = true;
        kernel.close();
    }
}
