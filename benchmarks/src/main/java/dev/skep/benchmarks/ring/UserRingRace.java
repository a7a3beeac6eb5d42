package dev.skep.benchmarks.ring;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.Skep;
import dev.skep.SyscallProgram;
import dev.skep.UserRingBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A user ring: one Java producer of samples, drained by a verified program, on the same thread or on another. */
final class UserRingRace implements AutoCloseable {
    private final Skep skep = Skep.create();
    private final Arena arena = Arena.ofShared();
    private final BpfObject object;
    private final SyscallProgram drain;
    private final UserRingBuffer ring;
    private final MemorySegment sample;
    private long sequence;
    private long drained;
    private volatile boolean stop;

    UserRingRace(Path programs, Engine engine, int size) throws Exception {
        object = skep.load(programs.resolve("user_ring.bpf.o"), o -> o.engine(engine));
        drain = object.syscall("drain");
        ring = object.userRingBuffer("commands");
        sample = arena.allocate(size, 8);
    }

    private int produce() {
        for (int i = 0; i < RingContender.BATCH; i++) {
            sample.set(ValueLayout.JAVA_LONG, 0, sequence + 1);
            if (!ring.offer(sample)) {
                return i;
            }
            sequence++;
        }
        return RingContender.BATCH;
    }

    /** Samples drained per second by a thread of its own. */
    double twoThreads(long nanos) throws InterruptedException {
        AtomicLong produced = new AtomicLong(sequence);
        Thread producer = Thread.ofPlatform().start(() -> {
            int idle = 0;
            while (!stop) {
                idle = produce() > 0 ? 0 : Race.idle(idle);
            }
            produced.set(sequence);
        });
        long start = System.nanoTime();
        long before = drained;
        long end = start;
        int idle = 0;
        while (end - start < nanos) {
            long now = drain.run();
            drained += now;
            idle = now > 0 ? 0 : Race.idle(idle);
            end = System.nanoTime();
        }
        double rate = (drained - before) * 1e9 / (end - start);
        stop = true;
        producer.join();
        stop = false;
        for (long now = drain.run(); now > 0; now = drain.run()) {
            drained += now;
        }
        check();
        return rate;
    }

    /** Samples per second of a thread that fills the ring and drains it, by turns. */
    double oneThread(long nanos) {
        long start = System.nanoTime();
        long before = drained;
        long end = start;
        while (end - start < nanos) {
            while (produce() == RingContender.BATCH) {}
            drained += drain.run();
            end = System.nanoTime();
        }
        check();
        return (drained - before) * 1e9 / (end - start);
    }

    private void check() {
        long sum = object.global("sum").asLong();
        if (drained != sequence || sum != sequence * (sequence + 1) / 2) {
            throw new IllegalStateException(
                    "every sample must arrive: produced=" + sequence + " drained=" + drained + " sum=" + sum);
        }
    }

    @Override
    public void close() {
        skep.close();
        arena.close();
    }
}
