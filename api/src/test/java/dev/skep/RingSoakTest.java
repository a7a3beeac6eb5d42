package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.ring.RingBuffer;
import dev.skep.runtime.ring.UserRingBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Rings under many producers, slow and failing consumers and constant wrap-around. {@code -Dskep.soak=100000000} soaks
 * for long.
 */
class RingSoakTest {
    private static final long RECORDS = Long.getLong("skep.soak", 200_000);
    private static final int PRODUCERS = 3;

    /** Thrown by the consumer now and then; the record must come again. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused() {
            super(null, null, false, false);
        }
    }

    @Test
    void everyRecordArrivesOnceAndInOrder() throws Exception {
        try (Machine machine = Machine.create()) {
            RingBuffer ring =
                    ((RingBufferMap) machine.createMap(MapSpec.of("ring", MapType.RINGBUF, 0, 0, 16 * 4096))).ring();
            var memory = machine.slab().memory();
            long each = Math.ceilDiv(RECORDS, PRODUCERS);
            List<Thread> producers = new ArrayList<>();
            for (int p = 0; p < PRODUCERS; p++) {
                int id = p;
                producers.add(Thread.ofPlatform().start(() -> produce(ring, memory, id, each)));
            }
            long[] next = new long[PRODUCERS];
            SplittableRandom random = new SplittableRandom(1);
            long taken = 0;
            boolean[] refusedLast = new boolean[1];
            while (taken < each * PRODUCERS) {
                try {
                    taken += ring.poll(Duration.ofSeconds(20), record -> {
                        if (!refusedLast[0] && random.nextInt(5000) == 0) {
                            refusedLast[0] = true;
                            throw new Refused();
                        }
                        refusedLast[0] = false;
                        int producer = record.getInt(0);
                        require(record.getLong(8), next[producer]);
                        require(record.size(), length(next[producer]));
                        next[producer]++;
                        return 0;
                    });
                } catch (Refused _) {
                    // Records taken before the refused one in the same call were consumed; recount from what arrived.
                }
                taken = next[0] + next[1] + next[2];
                if (random.nextInt(200) == 0) {
                    Thread.sleep(1);
                }
            }
            for (Thread t : producers) {
                t.join();
            }
            assertThat(next).containsOnly(each);
            assertThat(ring.available()).isZero();
        }
    }

    /** Cheaper than a fluent assertion, for millions of records. */
    private static void require(long actual, long expected) {
        if (actual != expected) {
            throw new AssertionError("expected " + expected + " but was " + actual);
        }
    }

    private static int length(long sequence) {
        return 16 + (int) (sequence * 7 % 180);
    }

    private static void produce(RingBuffer ring, MemorySegment memory, int id, long count) {
        SplittableRandom random = new SplittableRandom(id);
        for (long sequence = 0; sequence < count; ) {
            if (random.nextInt(50) == 0) {
                long dropped = ring.reserve(random.nextInt(100));
                if (dropped != 0) {
                    ring.discard(dropped, 0);
                }
            }
            long record = ring.reserve(length(sequence));
            if (record == 0) {
                Thread.yield();
                continue;
            }
            SlabAccess.store32(memory, record, id);
            SlabAccess.store64(memory, record + 8, sequence++);
            ring.submit(record, 0);
        }
    }

    @Test
    void everySampleReachesTheDrainOnceAndInOrder() throws Exception {
        try (Machine machine = Machine.create()) {
            UserRingBuffer ring = ((UserRingBufferMap)
                            machine.createMap(MapSpec.of("ring", MapType.USER_RINGBUF, 0, 0, 4 * 4096)))
                    .ring();
            var memory = machine.slab().memory();
            Thread producer = Thread.ofPlatform().start(() -> {
                MemorySegment sample = MemorySegment.ofArray(new long[32]);
                for (long sequence = 0; sequence < RECORDS; ) {
                    sample.set(ValueLayout.JAVA_LONG, 8, sequence);
                    if (ring.offer(sample.asSlice(0, length(sequence)))) {
                        sequence++;
                    } else {
                        Thread.yield();
                    }
                }
            });
            long[] next = new long[1];
            while (next[0] < RECORDS) {
                long drained = ring.drain(0, (address, length) -> {
                    require(SlabAccess.load64(memory, address + 8), next[0]);
                    require(length, length(next[0]));
                    next[0]++;
                    return 0;
                });
                require(Math.min(drained, 0), 0);
                if (drained == 0) {
                    Thread.yield();
                }
            }
            producer.join();
        }
    }

    @Test
    void pollsSeveralRingsAsOne() throws Exception {
        try (Machine machine = Machine.create()) {
            MachineRing[] rings = new MachineRing[2];
            for (int i = 0; i < rings.length; i++) {
                var raw =
                        ((RingBufferMap) machine.createMap(MapSpec.of("ring" + i, MapType.RINGBUF, 0, 0, 4096))).ring();
                rings[i] = new MachineRing("ring" + i, raw, dev.skep.object.btf.Btf.EMPTY, 0);
            }
            try (RingPoller poller = RingPoller.of(rings)) {
                List<String> seen = new ArrayList<>();
                assertThat(poller.poll(Duration.ofMillis(5), (ring, _) -> seen.add(ring.name())))
                        .isZero();
                Thread later = Thread.ofPlatform().start(() -> {
                    try {
                        Thread.sleep(30);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                    rings[1].raw().offer(new byte[8]);
                });
                assertThat(poller.poll(Duration.ofSeconds(20), (ring, _) -> seen.add(ring.name())))
                        .isEqualTo(1);
                later.join();
                rings[0].raw().offer(new byte[4]);
                rings[1].raw().offer(new byte[4]);
                assertThat(poller.consume((ring, _) -> seen.add(ring.name()))).isEqualTo(2);
                assertThat(seen).containsExactly("ring1", "ring0", "ring1");
            }
        }
    }
}
