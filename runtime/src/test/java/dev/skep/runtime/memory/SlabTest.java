package dev.skep.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlabTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reservesTwoGibibytesThatReadAsZero(boolean useNative) {
        try (Slab slab = Slab.create(Slab.MAX_SIZE, useNative, false)) {
            MemorySegment m = slab.memory();
            assertThat(SlabAccess.load64(m, Slab.MAX_SIZE - 8)).isZero();
            SlabAccess.store64(m, Slab.MAX_SIZE - 8, -1);
            assertThat(SlabAccess.load64(m, Slab.MAX_SIZE - 8)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65535, 65536 - 8 + 1, -1, Long.MIN_VALUE, 1L << 31, 1L << 32, (1L << 20) - 7})
    void refusesAddressesOutsideMemory(long address) {
        try (Slab slab = Slab.create(1 << 20)) {
            assertThatThrownBy(() -> SlabAccess.load64(slab.memory(), address))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> SlabAccess.store64(slab.memory(), address, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void readsLittleEndianAndUnaligned() {
        try (Slab slab = Slab.create(1 << 20)) {
            MemorySegment m = slab.memory();
            long a = slab.allocate(64);
            SlabAccess.store64(m, a + 3, 0x8877_6655_4433_2211L);
            assertThat(SlabAccess.load8(m, a + 3)).isEqualTo(0x11);
            assertThat(SlabAccess.load16(m, a + 4)).isEqualTo(0x3322);
            assertThat(SlabAccess.load32(m, a + 7)).isEqualTo(0x8877_6655L);
            assertThat(SlabAccess.loadSigned32(m, a + 7)).isEqualTo(0xffff_ffff_8877_6655L);
            assertThat(SlabAccess.loadSigned8(m, a + 10)).isEqualTo(-120);
        }
    }

    @Test
    void givesZeroedBlocksThatDoNotOverlap() {
        try (Slab slab = Slab.create(16 << 20)) {
            Random random = new Random(1);
            Map<Long, Integer> live = new HashMap<>();
            List<Long> order = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                if (order.size() > 200 || !order.isEmpty() && random.nextBoolean()) {
                    long a = order.remove(random.nextInt(order.size()));
                    int size = live.remove(a);
                    byte mark = (byte) SlabAccess.load8(slab.memory(), a);
                    assertThat(SlabAccess.load8(slab.memory(), a + size - 1)).isEqualTo(mark & 0xff);
                    slab.free(a);
                } else {
                    int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 40_000 : 500);
                    long a = slab.allocate(size);
                    assertThat(a).isNotZero();
                    assertThat(a % 16).isZero();
                    for (int b = 0; b < size; b++) {
                        assertThat(SlabAccess.load8(slab.memory(), a + b) == 0).isTrue();
                    }
                    SlabAccess.fill(slab.memory(), a, size, (byte) i);
                    live.put(a, size);
                    order.add(a);
                }
            }
            order.forEach(slab::free);
            assertThat(slab.used()).isZero();
        }
    }

    @Test
    void returnsZeroWhenFullAndRecoversAfterFree() {
        try (Slab slab = Slab.create(1 << 20)) {
            long big = slab.allocatePages(900_000);
            assertThat(big).isNotZero();
            assertThat(slab.allocatePages(900_000)).isZero();
            assertThatThrownBy(() -> slab.require(900_000)).isInstanceOf(MemoryLimitException.class);
            slab.free(big);
            assertThat(slab.allocatePages(900_000)).isNotZero();
        }
    }

    @Test
    void mirrorsPagesBackToBack() {
        try (Slab slab = Slab.create(1 << 20)) {
            long a = slab.allocatePages(3 * 8192);
            org.junit.jupiter.api.Assumptions.assumeTrue(slab.mirror(a, 8192), "needs Linux");
            SlabAccess.store64(slab.memory(), a + 8188, 0x1122_3344_5566_7788L);
            assertThat(SlabAccess.load32(slab.memory(), a)).isEqualTo(0x1122_3344L);
            slab.free(a);
            long b = slab.allocatePages(3 * 8192);
            assertThat(b).isEqualTo(a);
            SlabAccess.store64(slab.memory(), b, 5);
            assertThat(SlabAccess.load64(slab.memory(), b + 8192)).isZero();
        }
    }

    @Test
    void tracksLiveBlocksToTheByte() {
        try (Slab slab = Slab.create(1 << 20, true, true)) {
            long a = slab.allocate(40);
            assertThat(slab.blockAt(a + 39)).containsExactly(a, 40);
            assertThat(slab.blockAt(a + 40)).isNull();
            slab.free(a);
            assertThat(slab.blockAt(a)).isNull();
        }
    }
}
