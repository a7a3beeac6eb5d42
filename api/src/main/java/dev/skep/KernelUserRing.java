package dev.skep;

import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxMap;
import dev.skep.linux.LinuxRingPages;
import dev.skep.runtime.ring.RingPages;
import dev.skep.runtime.ring.Sample;
import dev.skep.runtime.ring.UserRingProducer;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** A user ring in the running kernel, through the pages that it shares. */
final class KernelUserRing implements UserRingBuffer, AutoCloseable {
    private final String name;
    private final LinuxRingPages kernel;
    private final RingPages pages;
    private final UserRingProducer producer;
    private volatile boolean closed;

    KernelUserRing(LinuxMap map) throws LinuxException {
        name = map.spec().name();
        kernel = new LinuxRingPages(map);
        pages = new RingPages(kernel.shared(), kernel.size());
        producer = new UserRingProducer(pages, kernel.shared().address());
    }

    @Override
    public String name() {
        return name;
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
    public Sample reserve(int size) {
        return producer.reserve(size);
    }

    @Override
    public Sample reserve(int size, Duration timeout) throws InterruptedException {
        KernelWait wait = new KernelWait(timeout, () -> closed);
        while (true) {
            Sample sample = producer.reserve(size);
            if (sample != null || !wait.more(kernel)) {
                return sample;
            }
        }
    }

    @Override
    public boolean offer(MemorySegment sample) {
        return producer.offer(sample);
    }

    @Override
    public void close() {
        producer.close();
        closed = true;
        kernel.close();
    }
}
