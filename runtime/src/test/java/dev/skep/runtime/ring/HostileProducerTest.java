package dev.skep.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A producer that writes anything anywhere in the pages it owns while a drain runs: it can spoil its own samples and
 * nothing else.
 */
class HostileProducerTest {
    private static final int SIZE = 4096;
    private static final long CANARY = 0x5aa5_0ff0_1234_8765L;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void headersAndPositionsThatChangeDuringTheDrainCorruptNothing(boolean doubleMapped) throws Exception {
        try (Slab slab = Slab.create(16 << 20, doubleMapped, false)) {
            MemorySegment m = slab.memory();
            long before = slab.allocatePages(4096);
            long block = slab.allocatePages(RingLayout.blockBytes(SIZE));
            long after = slab.allocatePages(4096);
            SlabAccess.store64(m, before + 4088, CANARY);
            SlabAccess.store64(m, after, CANARY);
            UserRingBuffer ring = new UserRingBuffer(slab, block, SIZE);
            boolean[] stop = new boolean[1];
            Thread hostile = Thread.ofPlatform().start(() -> {
                SplittableRandom random = new SplittableRandom(7);
                while (true) {
                    synchronized (stop) {
                        if (stop[0]) {
                            return;
                        }
                    }
                    for (int i = 0; i < 200; i++) {
                        long consumer = ring.consumerPosition();
                        ring.producerPosition(
                                random.nextInt(50) == 0 ? random.nextLong() : consumer + 8L * random.nextInt(600));
                        for (int h = 0; h < 20; h++) {
                            int word = random.nextInt(4) == 0
                                    ? random.nextInt()
                                    : 8 * random.nextInt(20) | random.nextInt(8) / 7 << 30;
                            SlabAccess.store32(m, ring.data() + 8L * random.nextInt(SIZE / 8), word);
                        }
                    }
                }
            });
            Set<Long> errors = Set.of(-(long) Errno.EINVAL, -(long) Errno.E2BIG);
            long end = ring.data() + 2 * SIZE;
            long taken = 0;
            try {
                long give = System.nanoTime() + 5_000_000_000L;
                while (taken < 20_000 && System.nanoTime() < give) {
                    long result = ring.drain(0, (address, size) -> {
                        if (address < ring.data() + 8 || size < 0 || address + size > end) {
                            throw new AssertionError(
                                    "sample outside of the ring: address=" + address + " size=" + size);
                        }
                        return 0;
                    });
                    if (result < 0) {
                        assertThat(errors).contains(result);
                    } else {
                        taken += result;
                        Thread.yield();
                    }
                    assertThat(ring.consumerPosition() & 7).isZero();
                }
            } finally {
                synchronized (stop) {
                    stop[0] = true;
                }
                hostile.join();
            }
            assertThat(taken).isPositive();
            assertThat(SlabAccess.load64(m, before + 4088)).isEqualTo(CANARY);
            assertThat(SlabAccess.load64(m, after)).isEqualTo(CANARY);
            ring.producerPosition(ring.consumerPosition());
            assertThat(ring.offer(new byte[8])).isTrue();
            assertThat(ring.drain(0, (_, size) -> size == 8 ? 0 : 1))
                    .as("repaired")
                    .isEqualTo(1);
        }
    }
}
