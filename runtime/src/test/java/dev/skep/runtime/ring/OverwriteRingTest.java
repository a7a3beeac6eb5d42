package dev.skep.runtime.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.InvalidMapException;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BPF_F_RB_OVERWRITE, as Linux 6.19 has it: new records take the place of the oldest. */
class OverwriteRingTest {
    private Machine machine;
    private MemorySegment memory;
    private RingBuffer ring;

    @BeforeEach
    void open() {
        machine = Machine.create();
        memory = machine.slab().memory();
        ring = ((RingBufferMap) machine.createMap(spec(MapType.RINGBUF), machine.account(), true)).ring();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static MapSpec spec(MapType type) {
        return MapSpec.of("ring", type, 0, 0, 4096).withFlags(MapSpec.F_RB_OVERWRITE);
    }

    private long put(long value, int length) {
        long p = ring.reserve(length);
        if (p != 0) {
            SlabAccess.store64(memory, p, value);
            ring.submit(p, 0);
        }
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
    void isRefusedByOlderKernelsAndForUserRings() {
        assertThatThrownBy(() -> machine.createMap(spec(MapType.RINGBUF)))
                .isInstanceOf(InvalidMapException.class)
                .hasMessageContaining("flags");
        assertThatThrownBy(() -> machine.createMap(spec(MapType.USER_RINGBUF), machine.account(), true))
                .isInstanceOf(InvalidMapException.class)
                .hasMessageContaining("flags");
    }

    @Test
    void oldRecordsGiveWayOneByOne() {
        for (int i = 1; i <= 5; i++) {
            assertThat(put(i, 1016)).isNotZero();
        }
        // a fifth record of 1024 bytes needs room for itself and the 8 bytes that always stay free: two records go
        assertThat(ring.query(RingBuffer.PRODUCER_POSITION)).isEqualTo(5 * 1024);
        assertThat(ring.query(RingBuffer.OVERWRITE_POSITION)).isEqualTo(2 * 1024);
        assertThat(ring.query(RingBuffer.CONSUMER_POSITION)).isZero();
        assertThat(ring.query(RingBuffer.AVAIL_DATA)).isEqualTo(3 * 1024);
        assertThat(drain()).containsExactly(3L, 4L, 5L);
        assertThat(ring.lostBytes()).isEqualTo(2 * 1024);
        assertThat(ring.query(RingBuffer.AVAIL_DATA)).isZero();
        assertThat(ring.query(RingBuffer.CONSUMER_POSITION)).isEqualTo(5 * 1024);
        put(6, 8);
        assertThat(drain()).containsExactly(6L);
        assertThat(ring.lostBytes()).isEqualTo(2 * 1024);
    }

    @Test
    void reservingIgnoresTheConsumerButNeverPassesABusyRecord() {
        put(1, 1000);
        long busy = ring.reserve(1000);
        SlabAccess.fill(memory, busy, 1000, (byte) 7);
        put(3, 1000);
        put(4, 1000);
        assertThat(ring.query(RingBuffer.OVERWRITE_POSITION)).isZero();
        assertThat(put(5, 900)).as("takes the place of 1").isNotZero();
        assertThat(ring.query(RingBuffer.OVERWRITE_POSITION)).isEqualTo(1008);
        assertThat(ring.reserve(1000))
                .as("would take the place of the busy one")
                .isZero();
        assertThat(ring.output(busy, 1000, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(SlabAccess.load8(memory, busy + 999)).isEqualTo(7);
        assertThat(drain()).as("everything is behind the busy one").isEmpty();
        SlabAccess.store64(memory, busy, 2);
        ring.submit(busy, 0);
        assertThat(drain()).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void aWholeRingOfOneRecordIsRefusedAsEver() {
        assertThat(ring.reserve(4088)).isZero();
        assertThat(put(1, 4080)).isNotZero();
        assertThat(put(2, 4080)).isNotZero();
        assertThat(drain()).containsExactly(2L);
    }

    @Test
    void aHandlerSeesACopyThatNoProducerOverwrites() {
        put(1, 2000);
        List<Long> got = new ArrayList<>();
        assertThat(ring.consume(r -> {
                    for (int i = 2; i < 12 && got.isEmpty(); i++) {
                        put(i, 2000);
                    }
                    got.add(r.getLong(0));
                    return 0;
                }))
                .isEqualTo(3);
        assertThat(got).containsExactly(1L, 10L, 11L);
    }

    @Test
    void whatArrivesIsWholeAndInOrderWhileProducersOverrunTheConsumer() throws Exception {
        int each = 200_000;
        Thread[] producers = new Thread[2];
        for (int p = 0; p < producers.length; p++) {
            long id = p;
            producers[p] = Thread.ofPlatform().start(() -> {
                for (long i = 1; i <= each; i++) {
                    int words = 2 + (int) (i % 20);
                    long at = ring.reserve(8L * words);
                    if (at == 0) {
                        i--;
                        Thread.yield();
                        continue;
                    }
                    for (int w = 0; w < words; w++) {
                        SlabAccess.store64(memory, at + 8L * w, id << 32 | i);
                    }
                    ring.submit(at, RingBuffer.NO_WAKEUP);
                }
            });
        }
        long[] last = new long[2];
        long taken = 0;
        boolean alive = true;
        while (alive || ring.available() != 0) {
            alive = producers[0].isAlive() || producers[1].isAlive();
            taken += ring.consume(100, r -> {
                long word = r.getLong(0);
                long number = word & 0xffff_ffffL;
                int producer = (int) (word >>> 32);
                if (number <= last[producer] || r.size() != 8 * (2 + (int) (number % 20))) {
                    return -1;
                }
                for (int at = 8; at < r.size(); at += 8) {
                    if (r.getLong(at) != word) {
                        return -2;
                    }
                }
                last[producer] = number;
                return 0;
            });
            assertThat(taken).isNotNegative();
        }
        assertThat(Math.max(last[0], last[1]))
                .as("nobody came after the very last record")
                .isEqualTo(each);
        assertThat(taken).isPositive();
    }
}
