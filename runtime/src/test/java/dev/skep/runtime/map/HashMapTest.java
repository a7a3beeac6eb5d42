package dev.skep.runtime.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.SlabAccess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashMapTest {
    private Machine machine;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withCpus(3).withSlabSize(256 << 20));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    static byte[] bytes(int size, long number) {
        byte[] b = new byte[size];
        for (int i = 0; i < size && i < 8; i++) {
            b[i] = (byte) (number >>> 8 * i);
        }
        return b;
    }

    static long number(byte[] b) {
        return ByteBuffer.wrap(java.util.Arrays.copyOf(b, 8))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    @ParameterizedTest
    @CsvSource({
        "4,8,0",
        "16,8,0",
        "5,8,0",
        "2,12,0",
        "3,4,0",
        "7,8,1",
        "12,8,0",
        "24,8,0",
        "8,4,0",
        "1,1,0",
        "13,100,0",
        "4,8,1",
        "8,16,1",
        "40,3,1",
        "3,200,1"
    })
    void behavesAsAnOrdinaryMapUnderRandomWork(int keySize, int valueSize, int flags) {
        HashMap map = (HashMap) machine.createMap(
                MapSpec.of("h", MapType.HASH, keySize, valueSize, 100).withFlags(flags));
        TreeMap<Long, Long> model = new TreeMap<>();
        Random random = new Random(keySize * 31 + valueSize);
        for (int i = 0; i < 20_000; i++) {
            long k = random.nextInt(150);
            byte[] key = bytes(keySize, k);
            long v = random.nextInt(200);
            switch (random.nextInt(5)) {
                case 0 -> assertThat(map.remove(key)).isEqualTo(model.remove(k) == null ? -Errno.ENOENT : 0);
                case 1 -> {
                    long expected = model.containsKey(k) ? -Errno.EEXIST : model.size() == 100 ? -Errno.E2BIG : 0;
                    assertThat(map.put(key, bytes(valueSize, v), BpfMap.NOEXIST))
                            .isEqualTo(expected);
                    if (expected == 0) {
                        model.put(k, v);
                    }
                }
                case 2 -> {
                    long expected = model.containsKey(k) ? 0 : -Errno.ENOENT;
                    assertThat(map.put(key, bytes(valueSize, v), BpfMap.EXIST)).isEqualTo(expected);
                    if (expected == 0) {
                        model.put(k, v);
                    }
                }
                case 3 -> {
                    long expected = model.size() == 100 && !model.containsKey(k) ? -Errno.E2BIG : 0;
                    assertThat(map.put(key, bytes(valueSize, v), BpfMap.ANY)).isEqualTo(expected);
                    if (expected == 0) {
                        model.put(k, v);
                    }
                }
                default -> {
                    byte[] got = map.get(key);
                    assertThat(got == null ? null : number(got)).isEqualTo(model.get(k));
                }
            }
        }
        assertThat(map.size()).isEqualTo(model.size());
        TreeMap<Long, Long> walked = new TreeMap<>();
        for (byte[] key = map.nextKey(null); key != null; key = map.nextKey(key)) {
            walked.put(number(key), number(map.get(key)));
        }
        assertThat(walked).isEqualTo(model);
    }

    @Test
    void refusesUnknownFlags() {
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 4, 4));
        for (long flags : new long[] {3, 4, 5, 8, -1, 1L << 40}) {
            assertThat(map.put(bytes(4, 1), bytes(4, 1), flags))
                    .as("flags %d", flags)
                    .isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void keepsAnOldValueReadableAfterUpdate() {
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 8, 1));
        map.put(bytes(4, 1), bytes(8, 111), 0);
        long key = machine.slab().allocate(8);
        SlabAccess.store32(machine.slab().memory(), key, 1);
        long old = map.lookup(key, 0);
        map.put(bytes(4, 1), bytes(8, 222), 0);
        assertThat(SlabAccess.load64(machine.slab().memory(), old)).isEqualTo(111);
        assertThat(SlabAccess.load64(machine.slab().memory(), map.lookup(key, 0)))
                .isEqualTo(222);
    }

    @Test
    void givesEachCpuItsOwnValue() {
        BpfMap map = machine.createMap(MapSpec.of("p", MapType.PERCPU_HASH, 4, 4, 4));
        assertThat(map.hostValueSize()).isEqualTo(24);
        long key = machine.slab().allocate(8);
        long value = machine.slab().allocate(8);
        SlabAccess.store32(machine.slab().memory(), value, 7);
        assertThat(map.update(key, value, 0, 1)).isZero();
        assertThat(map.get(new byte[4]))
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(SlabAccess.load32(machine.slab().memory(), map.lookup(key, 1)))
                .isEqualTo(7);
        assertThat(SlabAccess.load32(machine.slab().memory(), map.lookup(key, 2)))
                .isZero();
    }

    @Test
    void evictsOnlyUnusedElementsOfAnLruMap() {
        HashMap map = (HashMap) machine.createMap(MapSpec.of("l", MapType.LRU_HASH, 4, 4, 100));
        for (int i = 0; i < 100; i++) {
            assertThat(map.put(bytes(4, i), bytes(4, i), 0)).isZero();
        }
        long key = machine.slab().allocate(8);
        for (int i = 0; i < 10; i++) {
            SlabAccess.store32(machine.slab().memory(), key, i);
            assertThat(map.lookup(key, 0)).isNotZero();
        }
        for (int i = 100; i < 150; i++) {
            assertThat(map.put(bytes(4, i), bytes(4, i), 0)).isZero();
        }
        assertThat(map.size()).isEqualTo(100);
        for (int i = 0; i < 10; i++) {
            assertThat(map.get(bytes(4, i))).as("recently used %d", i).isNotNull();
        }
        assertThat(map.get(bytes(4, 149))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void losesNothingUnderConcurrentWork(int flags) throws Exception {
        HashMap map = (HashMap)
                machine.createMap(MapSpec.of("h", MapType.HASH, 8, 8, 512).withFlags(flags));
        AtomicLong wrong = new AtomicLong();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            int me = t;
            threads[t] = Thread.ofPlatform()
                    .uncaughtExceptionHandler((_, e) -> failures.add(e))
                    .start(() -> {
                        var memory = machine.slab().memory();
                        long key = machine.slab().allocate(8);
                        long value = machine.slab().allocate(8);
                        Random random = new Random(me);
                        for (int i = 0; i < 60_000; i++) {
                            long k = random.nextInt(100) * 4L + me;
                            SlabAccess.store64(memory, key, k);
                            SlabAccess.store64(memory, value, k * 10);
                            if (map.update(key, value, 0, 0) != 0) {
                                wrong.incrementAndGet();
                            }
                            long found = map.lookup(key, 0);
                            if (found == 0 || SlabAccess.load64(memory, found) != k * 10) {
                                wrong.incrementAndGet();
                            }
                            SlabAccess.store64(memory, key, random.nextInt(400));
                            map.lookup(key, 0);
                            SlabAccess.store64(memory, key, k);
                            if (random.nextBoolean() && map.delete(key) != 0) {
                                wrong.incrementAndGet();
                            }
                        }
                    });
        }
        for (Thread t : threads) {
            t.join();
        }
        assertThat(failures).isEmpty();
        assertThat(wrong.get()).isZero();
        assertThat(map.size()).isLessThanOrEqualTo(400);
    }

    @Test
    void paysForItsMemoryAndGivesItBack() {
        MemoryAccount account = machine.account().child("tenant", 1 << 20);
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 8, 64).withFlags(1), account);
        long empty = account.used();
        assertThat(empty).isEqualTo(map.memoryCharged()).isPositive();
        map.put(bytes(4, 1), bytes(8, 1), 0);
        assertThat(account.used()).isEqualTo(empty + 16 + 8 + 8);
        machine.closeMap(map);
        assertThat(account.used()).isZero();
    }

    @Test
    void answersNoMemoryToProgramsWhenTheAccountIsSpent() {
        MemoryAccount account = machine.account().child("tenant", BpfMap.HEADER_BYTES + 64 * 8 + 32 + 2 * 32);
        BpfMap map = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 8, 64).withFlags(1), account);
        assertThat(map.put(bytes(4, 1), bytes(8, 1), 0)).isZero();
        assertThat(map.put(bytes(4, 2), bytes(8, 1), 0)).isZero();
        assertThat(map.put(bytes(4, 3), bytes(8, 1), 0)).isEqualTo(-Errno.ENOMEM);
    }
}
