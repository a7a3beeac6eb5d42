package dev.skep.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.runtime.Errno;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserRingBufferTest {
    private Slab slab;
    private MemorySegment m;
    private UserRingBuffer ring;
    private final List<Long> sizes = new ArrayList<>();

    @BeforeEach
    void open() {
        slab = Slab.create(128 << 20);
        m = slab.memory();
        ring = ring(4096);
    }

    @AfterEach
    void close() {
        slab.close();
    }

    private UserRingBuffer ring(long size) {
        return new UserRingBuffer(slab, slab.allocatePages(RingLayout.blockBytes(size)), size);
    }

    private long drain() {
        sizes.clear();
        return ring.drain(0, (_, size) -> {
            sizes.add(size);
            return 0;
        });
    }

    private void header(long position, long word) {
        SlabAccess.store32(m, ring.data() + (position & ring.size() - 1), word);
    }

    @Test
    void deliversSamplesInOrder() {
        ring.offer(new byte[3]);
        ring.offer(new byte[0]);
        ring.offer(new byte[16]);
        assertThat(drain()).isEqualTo(3);
        assertThat(sizes).containsExactly(3L, 0L, 16L);
        assertThat(ring.consumerPosition()).isEqualTo(16 + 8 + 24);
    }

    @Test
    void refusesUnknownFlagsBeforeAnythingElse() {
        ring.producerPosition(3);
        assertThat(ring.drain(4, (_, _) -> 0)).isEqualTo(-Errno.EINVAL);
        assertThat(ring.drain(3, (_, _) -> 0)).isEqualTo(-Errno.EINVAL);
        ring.producerPosition(0);
        assertThat(ring.drain(3, (_, _) -> 0)).isZero();
    }

    @Test
    void refusesAMisalignedProducer() {
        ring.producerPosition(7);
        assertThat(drain()).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void findsNothingBehindAForgedProducer() {
        ring.offer(new byte[8]);
        drain();
        ring.producerPosition(8);
        assertThat(drain()).isZero();
    }

    @Test
    void refusesRecordsBeyondTheProducer() {
        for (long mark : new long[] {0, RingLayout.BUSY & 0xffff_ffffL, RingLayout.DISCARD}) {
            header(0, 9 | mark);
            ring.producerPosition(16);
            assertThat(drain()).as("mark %x", mark).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void refusesRecordsLongerThanTheRing() {
        header(0, 4096);
        ring.producerPosition(8192);
        assertThat(drain()).isEqualTo(-Errno.E2BIG);
    }

    @Test
    void refusesSamplesThatNoDynptrCanHold() {
        ring = ring(32 << 20);
        header(0, 0x100_0000);
        ring.producerPosition(0x100_0008);
        assertThat(drain()).isEqualTo(-Errno.E2BIG);
        header(0, 0xff_ffff);
        assertThat(drain()).isEqualTo(1);
        assertThat(sizes).containsExactly(0xff_ffffL);
    }

    @Test
    void skipsDiscardedSamplesAlsoBusyOnes() {
        ring.reserve(8).discard();
        ring.offer(new byte[1]);
        header(16 + 16, 8 | (RingLayout.BUSY | RingLayout.DISCARD) & 0xffff_ffffL);
        ring.producerPosition(48);
        assertThat(drain()).isEqualTo(1);
        assertThat(ring.consumerPosition()).isEqualTo(48);
    }

    @Test
    void stopsAtABusySample() {
        ring.offer(new byte[8]);
        Sample open = ring.reserve(8);
        ring.offer(new byte[8]);
        assertThat(drain()).isEqualTo(1);
        open.submit();
        assertThat(drain()).isEqualTo(2);
    }

    @Test
    void losesTheCountButNotTheSamplesBeforeAnError() {
        ring.offer(new byte[8]);
        ring.offer(new byte[8]);
        header(32, 100);
        ring.producerPosition(48);
        assertThat(drain()).isEqualTo(-Errno.EINVAL);
        assertThat(sizes).hasSize(2);
        assertThat(ring.consumerPosition()).isEqualTo(32);
        assertThat(drain()).isEqualTo(-Errno.EINVAL);
        header(32, 8);
        assertThat(drain()).isEqualTo(1);
    }

    @Test
    void countsTheSampleThatStopsTheDrain() {
        for (int i = 0; i < 3; i++) {
            ring.offer(new byte[8]);
        }
        int[] seen = {0};
        assertThat(ring.drain(0, (_, _) -> ++seen[0] == 2 ? 1 : 0)).isEqualTo(2);
        assertThat(ring.consumerPosition()).isEqualTo(32);
    }

    @Test
    void isBusyForANestedDrain() {
        ring.offer(new byte[8]);
        long[] inner = {0};
        assertThat(ring.drain(0, (_, _) -> {
                    inner[0] = ring.drain(0, (_, _) -> 0);
                    return 0;
                }))
                .isEqualTo(1);
        assertThat(inner[0]).isEqualTo(-Errno.EBUSY);
        assertThat(drain()).isZero();
    }

    @Test
    void takesAtMostItsBudgetCountingDiscards() {
        ring = ring(4 << 20);
        for (int i = 0; i < 140_000; i++) {
            assertThat(ring.offer(new byte[0])).isTrue();
        }
        assertThat(drain()).isEqualTo(131_072);
        assertThat(drain()).isEqualTo(8928);
        for (int i = 0; i < 131_072; i++) {
            ring.reserve(0).discard();
        }
        ring.offer(new byte[0]);
        assertThat(drain()).isZero();
        assertThat(drain()).isEqualTo(1);
    }

    @Test
    void canBeFullToTheLastByte() {
        assertThat(ring.offer(new byte[4088])).isTrue();
        assertThat(ring.isWritable()).isFalse();
        assertThat(ring.reserve(0)).isNull();
        assertThat(drain()).isEqualTo(1);
        assertThat(sizes).containsExactly(4088L);
        assertThat(ring.isWritable()).isTrue();
        assertThatThrownBy(() -> ring.reserve(4089)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ring.reserve(1 << 30)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wakesProducersAsTheFlagsSay() {
        ring.addWakeupListener(() -> {});
        drain();
        assertThat(ring.wakeups()).isZero();
        ring.drain(RingBuffer.FORCE_WAKEUP, (_, _) -> 0);
        assertThat(ring.wakeups()).isEqualTo(1);
        ring.reserve(8).discard();
        drain();
        assertThat(ring.wakeups()).as("a discarded sample").isEqualTo(2);
        ring.offer(new byte[8]);
        ring.drain(RingBuffer.NO_WAKEUP, (_, _) -> 0);
        assertThat(ring.wakeups()).isEqualTo(2);
        ring.offer(new byte[8]);
        header(ring.producerPosition(), 100);
        ring.producerPosition(ring.producerPosition() + 8);
        assertThat(drain()).isEqualTo(-Errno.EINVAL);
        assertThat(ring.wakeups()).as("a good sample, then an error").isEqualTo(3);
    }

    @Test
    void waitsForRoom() throws Exception {
        ring.offer(new byte[4088]);
        long start = System.nanoTime();
        assertThat(ring.reserve(8, Duration.ofMillis(20))).isNull();
        assertThat(System.nanoTime() - start).isGreaterThan(15_000_000);
        Thread drainer = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(20);
            } catch (InterruptedException _) {
                return;
            }
            drain();
        });
        try (Sample s = ring.reserve(8, Duration.ofSeconds(20))) {
            assertThat(s).isNotNull();
            s.submit();
        }
        drainer.join();
        assertThat(drain()).isEqualTo(1);
    }

    @Test
    void discardsASampleClosedWithoutSubmit() {
        try (Sample s = ring.reserve(8)) {
            assertThat(s.segment().byteSize()).isEqualTo(8);
        }
        assertThat(drain()).isZero();
        assertThat(ring.consumerPosition()).isEqualTo(16);
    }
}
