package dev.skep.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingBufferTest {
    private Slab slab;
    private MemorySegment m;
    private RingBuffer ring;

    @BeforeEach
    void open() {
        slab = Slab.create(16 << 20);
        m = slab.memory();
        ring = ring(4096);
    }

    @AfterEach
    void close() {
        slab.close();
    }

    private RingBuffer ring(long size) {
        return new RingBuffer(slab, slab.allocatePages(RingLayout.blockBytes(size)), size);
    }

    private long put(long value, long flags) {
        long p = ring.reserve(8);
        SlabAccess.store64(m, p, value);
        ring.submit(p, flags);
        return p;
    }

    private List<Long> drain() {
        List<Long> got = new ArrayList<>();
        ring.consume(r -> {
            got.add(r.getLong(0));
            return 0;
        });
        return got;
    }

    @Test
    void writesTheKernelsHeader() {
        long p = ring.reserve(5);
        assertThat(SlabAccess.load32(m, p - 8)).isEqualTo(0x8000_0005L);
        assertThat(SlabAccess.load32(m, p - 4)).isEqualTo(3);
        assertThat(p - 8).isEqualTo(ring.block() + 3 * 4096);
        ring.discard(p, 0);
        assertThat(SlabAccess.load32(m, p - 8)).isEqualTo(0x4000_0005L);
        assertThat(RingLayout.blockOf(m, p)).isEqualTo(ring.block());
    }

    @Test
    void findsTheRingFromARecordOnAnyPage() {
        ring = ring(16384);
        for (int i = 0; i < 40; i++) {
            long p = ring.reserve(1000);
            assertThat(RingLayout.blockOf(m, p)).isEqualTo(ring.block());
            ring.submit(p, 0);
            ring.consume(_ -> 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,8", "5,16", "8,16", "100,112"})
    void roundsRecordsToEightBytes(int payload, int stride) {
        ring.submit(ring.reserve(payload), 0);
        assertThat(ring.query(RingBuffer.AVAIL_DATA)).isEqualTo(stride);
    }

    @Test
    void neverFillsCompletely() {
        assertThat(ring.reserve(4081)).isZero();
        assertThat(ring.reserve(4080)).isNotZero();
        assertThat(ring.reserve(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {4089, 1L << 30, 0x3fff_ffffL, 0x4000_0000L, 0xffff_ffffL, -1, Long.MIN_VALUE})
    void refusesRecordsThatCannotFit(long size) {
        assertThat(ring.reserve(size)).isZero();
        assertThat(ring.output(ring.block(), size, 0)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void outputsWithLinuxResults() {
        long from = slab.allocate(16);
        assertThat(ring.output(from, 0, 0)).isZero();
        assertThat(ring.available()).isEqualTo(8);
        assertThat(ring.output(from, 8, 3)).isZero();
        assertThat(ring.output(from, 8, 4)).isEqualTo(-Errno.EINVAL);
        assertThat(ring.output(from, 8, 1L << 40)).isEqualTo(-Errno.EINVAL);
        assertThat(ring.output(from, 4096, 0)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void answersQueries() {
        put(1, 0);
        long open = ring.reserve(8);
        assertThat(ring.query(RingBuffer.AVAIL_DATA)).isEqualTo(32);
        assertThat(ring.query(RingBuffer.RING_SIZE)).isEqualTo(4096);
        assertThat(ring.query(RingBuffer.CONSUMER_POSITION)).isZero();
        assertThat(ring.query(RingBuffer.PRODUCER_POSITION)).isEqualTo(32);
        assertThat(ring.query(4)).isZero();
        assertThat(ring.query(-1)).isZero();
        assertThat(ring.query(1L << 32)).isZero();
        ring.discard(open, 0);
        assertThat(drain()).containsExactly(1L);
        assertThat(ring.query(RingBuffer.CONSUMER_POSITION)).isEqualTo(32);
    }

    @Test
    void failsWhileTheConsumerPositionIsForgedAndRecoversAfter() {
        put(1, 0);
        ring.consumerPosition(4096);
        assertThat(ring.reserve(8)).isZero();
        ring.consumerPosition(0);
        assertThat(ring.reserve(8)).isNotZero();
    }

    @Test
    void neverOverrunsABusyRecordWhateverTheConsumerClaims() {
        long busy = ring.reserve(2000);
        SlabAccess.fill(m, busy, 2000, (byte) 7);
        long second = ring.reserve(1000);
        ring.submit(second, 0);
        ring.consumerPosition(ring.producerPosition());
        assertThat(ring.reserve(2000)).isZero();
        assertThat(ring.reserve(1000)).isNotZero();
        assertThat(SlabAccess.load8(m, busy + 1999)).isEqualTo(7);
    }

    @Test
    void hidesCommittedRecordsBehindABusyOne() {
        long first = ring.reserve(8);
        put(2, 0);
        assertThat(drain()).isEmpty();
        SlabAccess.store64(m, first, 1);
        ring.submit(first, 0);
        assertThat(drain()).containsExactly(1L, 2L);
    }

    @Test
    void skipsAndDoesNotCountDiscardedRecords() {
        ring.discard(ring.reserve(8), 0);
        ring.discard(ring.reserve(64), 0);
        assertThat(ring.consume(_ -> 0)).isZero();
        assertThat(ring.consumerPosition()).isEqualTo(16 + 72);
    }

    @Test
    void keepsRecordsContiguousAcrossTheEnd() {
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            int size = random.nextInt(1500);
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            assertThat(ring.offer(bytes)).isTrue();
            assertThat(ring.consume(r -> {
                        assertThat(r.toByteArray()).isEqualTo(bytes);
                        return 0;
                    }))
                    .isEqualTo(1);
        }
    }

    @Test
    void worksWithoutDoubleMapping() {
        slab.close();
        slab = Slab.create(16 << 20, false, false);
        m = slab.memory();
        ring = ring(4096);
        keepsRecordsContiguousAcrossTheEnd();
    }

    @Test
    void stopsAtANegativeResultAndHasConsumedThatRecord() {
        put(1, 0);
        put(2, 0);
        put(3, 0);
        assertThat(ring.consume(r -> r.getLong(0) == 2 ? -5 : 1)).isEqualTo(-5);
        assertThat(drain()).containsExactly(3L);
    }

    @Test
    void consumesAtLeastOneWhenAskedForNone() {
        put(1, 0);
        put(2, 0);
        assertThat(ring.consume(0, _ -> 0)).isEqualTo(1);
        assertThat(ring.consume(1, _ -> 0)).isEqualTo(1);
        assertThat(ring.consume(1, _ -> 0)).isZero();
    }

    @Test
    void wakesOnlyWhenTheConsumerHasCaughtUp() {
        ring.addWakeupListener(() -> {});
        put(1, 0);
        assertThat(ring.wakeups()).isEqualTo(1);
        put(2, 0);
        assertThat(ring.wakeups()).as("behind an unconsumed record").isEqualTo(1);
        drain();
        put(3, RingBuffer.NO_WAKEUP);
        assertThat(ring.wakeups()).isEqualTo(1);
        put(4, 0);
        assertThat(ring.wakeups()).isEqualTo(1);
        put(5, RingBuffer.FORCE_WAKEUP);
        assertThat(ring.wakeups()).isEqualTo(2);
        put(6, RingBuffer.FORCE_WAKEUP | RingBuffer.NO_WAKEUP);
        assertThat(ring.wakeups()).isEqualTo(3);
        drain();
        ring.discard(ring.reserve(8), 0xffff_ffff_0000_0000L);
        assertThat(ring.wakeups()).as("discard, unknown flags").isEqualTo(4);
    }

    @Test
    void pollReturnsWhenARecordArrives() throws Exception {
        AtomicInteger got = new AtomicInteger();
        Thread consumer = Thread.ofPlatform().start(() -> {
            try {
                got.set(ring.poll(Duration.ofSeconds(20), _ -> 0));
            } catch (InterruptedException e) {
                got.set(-1);
            }
        });
        while (consumer.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
        put(1, 0);
        consumer.join(10_000);
        assertThat(got.get()).isEqualTo(1);
        assertThat(ring.poll(Duration.ofMillis(5), _ -> 0)).isZero();
    }

    @Test
    void losesAndReordersNothingWithManyProducers() throws Exception {
        ring = ring(8192);
        int producers = 3;
        int each = 30_000;
        Thread[] threads = new Thread[producers];
        for (int t = 0; t < producers; t++) {
            long me = t;
            threads[t] = Thread.ofPlatform().start(() -> {
                for (long i = 0; i < each; i++) {
                    long p = ring.reserve(8 + i % 40);
                    if (p == 0) {
                        i--;
                        Thread.yield();
                        continue;
                    }
                    SlabAccess.store64(m, p, me << 32 | i);
                    if (i % 7 == 0) {
                        long extra = ring.reserve(16);
                        if (extra != 0) {
                            ring.discard(extra, 0);
                        }
                    }
                    ring.submit(p, 0);
                }
            });
        }
        long[] next = new long[producers];
        int total = 0;
        while (total < producers * each) {
            int now = ring.poll(Duration.ofSeconds(10), r -> {
                long value = r.getLong(0);
                int from = (int) (value >>> 32);
                if ((value & 0xffff_ffffL) != next[from]++) {
                    return -1;
                }
                return 0;
            });
            assertThat(now).as("after %d records", total).isPositive();
            total += now;
        }
        for (Thread t : threads) {
            t.join();
        }
        assertThat(next).containsOnly(each);
    }
}
