package dev.skep.runtime.map;

import static dev.skep.runtime.map.HashMapTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.SlabAccess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherMapsTest {
    private Machine machine;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withCpus(2).withSlabSize(256 << 20));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private static byte[] prefix(int bits, byte... data) {
        byte[] key = new byte[4 + data.length];
        key[0] = (byte) bits;
        System.arraycopy(data, 0, key, 4, data.length);
        return key;
    }

    /** The longest stored prefix of a key, by trying them all. */
    private static Integer longest(Map<String, Integer> stored, byte[] key) {
        for (int bits = key[0]; bits >= 0; bits--) {
            Integer value = stored.get(name(bits, key));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static String name(int bits, byte[] key) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < bits; i++) {
            s.append(key[4 + i / 8] >> 7 - i % 8 & 1);
        }
        return s.toString();
    }

    @Test
    void findsTheLongestPrefix() {
        BpfMap trie =
                machine.createMap(MapSpec.of("t", MapType.LPM_TRIE, 6, 4, 150).withFlags(1));
        TreeMap<String, Integer> model = new TreeMap<>();
        Random random = new Random(5);
        for (int i = 0; i < 30_000; i++) {
            byte[] key = prefix(random.nextInt(17), (byte) (random.nextInt(8) << 5), (byte) random.nextInt(256));
            String name = name(key[0], key);
            switch (random.nextInt(4)) {
                case 0 -> assertThat(trie.remove(key)).isEqualTo(model.remove(name) == null ? -Errno.ENOENT : 0);
                case 1 -> {
                    long flags = random.nextInt(3);
                    boolean present = model.containsKey(name);
                    long expected = present && flags == BpfMap.NOEXIST
                            ? -Errno.EEXIST
                            : !present && flags == BpfMap.EXIST
                                    ? -Errno.ENOENT
                                    : !present && model.size() == 150 ? -Errno.ENOSPC : 0;
                    assertThat(trie.put(key, bytes(4, i), flags)).isEqualTo(expected);
                    if (expected == 0) {
                        model.put(name, i);
                    }
                }
                default -> {
                    byte[] got = trie.get(key);
                    assertThat(got == null ? null : (int) HashMapTest.number(got))
                            .isEqualTo(longest(model, key));
                }
            }
        }
        Set<String> walked = new HashSet<>();
        for (byte[] key = trie.nextKey(null); key != null; key = trie.nextKey(key)) {
            assertThat(walked.add(name(key[0], key))).isTrue();
        }
        assertThat(walked).isEqualTo(model.keySet());
    }

    @Test
    void refusesPrefixesThatAreTooLong() {
        BpfMap trie =
                machine.createMap(MapSpec.of("t", MapType.LPM_TRIE, 8, 4, 4).withFlags(1));
        assertThat(trie.put(prefix(33, new byte[4]), bytes(4, 1), 0)).isEqualTo(-Errno.EINVAL);
        assertThat(trie.remove(prefix(33, new byte[4]))).isEqualTo(-Errno.EINVAL);
        assertThat(trie.get(prefix(33, new byte[4]))).isNull();
        assertThat(trie.put(prefix(32, new byte[4]), bytes(4, 1), 4)).isEqualTo(-Errno.EINVAL);
        assertThat(trie.put(prefix(0, new byte[4]), bytes(4, 7), 0)).isZero();
        assertThat(trie.get(prefix(32, (byte) 9, (byte) 9, (byte) 9, (byte) 9))).isEqualTo(bytes(4, 7));
    }

    @ParameterizedTest
    @EnumSource(
            value = MapType.class,
            names = {"QUEUE", "STACK"})
    void queuesAndStacks(MapType type) {
        QueueMap map = (QueueMap) machine.createMap(MapSpec.of("q", type, 0, 4, 3));
        byte[] none = {};
        assertThat(map.poll()).isNull();
        for (int i = 1; i <= 3; i++) {
            assertThat(map.put(none, bytes(4, i), 0)).isZero();
        }
        assertThat(map.put(none, bytes(4, 4), 0)).isEqualTo(-Errno.E2BIG);
        assertThat(map.put(none, bytes(4, 4), BpfMap.NOEXIST)).isEqualTo(-Errno.EINVAL);
        assertThat(map.put(none, bytes(4, 4), 4)).isEqualTo(-Errno.EINVAL);
        assertThat(map.put(none, bytes(4, 4), BpfMap.EXIST))
                .as("replaces the oldest")
                .isZero();
        List<Integer> order = new ArrayList<>();
        for (byte[] v = map.poll(); v != null; v = map.poll()) {
            order.add((int) HashMapTest.number(v));
        }
        assertThat(order).isEqualTo(type == MapType.QUEUE ? List.of(2, 3, 4) : List.of(4, 3, 2));
        assertThat(map.remove(none)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void peeksWithoutTaking() {
        QueueMap map = (QueueMap) machine.createMap(MapSpec.of("q", MapType.QUEUE, 0, 4, 3));
        map.put(new byte[0], bytes(4, 1), 0);
        map.put(new byte[0], bytes(4, 2), 0);
        assertThat(map.get(new byte[0])).isEqualTo(bytes(4, 1));
        assertThat(map.get(new byte[0])).isEqualTo(bytes(4, 1));
        long out = machine.slab().allocate(8);
        map.poll();
        map.poll();
        SlabAccess.store32(machine.slab().memory(), out, -1);
        assertThat(map.peek(out)).isEqualTo(-Errno.ENOENT);
        assertThat(SlabAccess.load32(machine.slab().memory(), out)).isZero();
    }

    @Test
    void filtersWithoutFalseNegatives() {
        BloomFilterMap map = (BloomFilterMap) machine.createMap(MapSpec.of("b", MapType.BLOOM_FILTER, 0, 8, 1000));
        for (int i = 0; i < 1000; i++) {
            assertThat(map.put(new byte[0], bytes(8, i * 7919L), 0)).isZero();
        }
        int wrong = 0;
        for (int i = 0; i < 1000; i++) {
            assertThat(map.mayContain(bytes(8, i * 7919L))).isTrue();
            wrong += map.mayContain(bytes(8, i * 7919L + 1)) ? 1 : 0;
        }
        assertThat(wrong).isLessThan(100);
        assertThat(map.put(new byte[0], bytes(8, 1), 1)).isEqualTo(-Errno.EINVAL);
        assertThat(map.pop(0)).isEqualTo(-Errno.EOPNOTSUPP);
    }

    private static MapSpec outer(MapType type, MapSpec inner) {
        return MapSpec.of("outer", type, 4, 4, 2).withInner(inner);
    }

    @ParameterizedTest
    @EnumSource(
            value = MapType.class,
            names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
    void givesInnerMapsAsPointers(MapType type) {
        MapSpec template = MapSpec.of("inner", MapType.ARRAY, 4, 8, 4);
        BpfMap map = machine.createMap(outer(type, template));
        BpfMap inner = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 8, 4));
        BpfMap larger = machine.createMap(MapSpec.of("b", MapType.ARRAY, 4, 8, 5));
        BpfMap other = machine.createMap(MapSpec.of("c", MapType.HASH, 4, 8, 4));
        assertThat(map.put(bytes(4, 1), bytes(4, inner.id()), 0)).isZero();
        assertThat(map.put(bytes(4, 1), bytes(4, larger.id()), 0)).isEqualTo(-Errno.EINVAL);
        assertThat(map.put(bytes(4, 1), bytes(4, other.id()), 0)).isEqualTo(-Errno.EINVAL);
        assertThat(map.put(bytes(4, 1), bytes(4, 9999), 0)).isEqualTo(-Errno.EBADF);
        long key = machine.slab().allocate(8);
        assertThat(map.lookup(key, 0)).isZero();
        SlabAccess.store32(machine.slab().memory(), key, 1);
        assertThat(map.lookup(key, 0)).isEqualTo(inner.address());
        assertThat(map.get(bytes(4, 1))).isEqualTo(bytes(4, inner.id()));
        assertThat(map.remove(bytes(4, 1))).isZero();
        assertThat(map.lookup(key, 0)).isZero();
        assertThat(map.remove(bytes(4, 1))).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void keepsAValuePerObject() {
        StorageMap map = (StorageMap) machine.createMap(
                MapSpec.of("s", MapType.TASK_STORAGE, 4, 16, 0).withFlags(1));
        long scratch = machine.slab().allocate(8);
        long initial = machine.slab().allocate(16);
        SlabAccess.store64(machine.slab().memory(), initial, 42);
        assertThat(map.get(0x20000, 0, 0, scratch)).isZero();
        long a = map.get(0x20000, initial, StorageMap.CREATE, scratch);
        long b = map.get(0x30000, 0, StorageMap.CREATE, scratch);
        assertThat(SlabAccess.load64(machine.slab().memory(), a)).isEqualTo(42);
        assertThat(SlabAccess.load64(machine.slab().memory(), b)).isZero();
        assertThat(map.get(0x20000, 0, 0, scratch)).isEqualTo(a);
        for (int i = 0; i < 1000; i++) {
            assertThat(map.get(0x100000 + i * 64L, 0, StorageMap.CREATE, scratch))
                    .isNotZero();
        }
        assertThat(map.remove(0x20000, scratch)).isZero();
        assertThat(map.remove(0x20000, scratch)).isEqualTo(-Errno.ENOENT);
        assertThat(map.get(bytes(4, 0x30000))).isEqualTo(new byte[16]);
    }

    @Test
    void holdsAbsentDevices() {
        BpfMap map = machine.createMap(MapSpec.of("d", MapType.DEVMAP, 4, 4, 4));
        assertThat(map.get(bytes(4, 1))).isNull();
        assertThat(map.put(bytes(4, 1), bytes(4, 7), 0)).isZero();
        assertThat(map.get(bytes(4, 1))).isEqualTo(bytes(4, 7));
        assertThat(map.put(bytes(4, 4), bytes(4, 7), 0)).isEqualTo(-Errno.E2BIG);
        assertThat(map.remove(bytes(4, 1))).isZero();
        assertThat(map.get(bytes(4, 1))).isNull();
    }

    @Test
    void handsRecordsToTheHost() {
        PerfEventArrayMap map =
                (PerfEventArrayMap) machine.createMap(MapSpec.of("p", MapType.PERF_EVENT_ARRAY, 4, 4, 2));
        List<String> got = new ArrayList<>();
        byte[] record = {1};
        assertThat(map.output(0, 0xffff_ffffL, record)).isEqualTo(-Errno.ENOENT);
        map.handler((cpu, r) -> got.add(cpu + ":" + Arrays.toString(r)));
        assertThat(map.output(0, 0xffff_ffffL, record)).isZero();
        assertThat(map.output(1, 1, record)).isZero();
        assertThat(map.output(0, 1, record)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(map.output(0, 2, record)).isEqualTo(-Errno.E2BIG);
        assertThat(got).containsExactly("0:[1]", "1:[1]");
    }

    @Test
    void allocatesArenaPagesWithinTheAccount() {
        MemoryAccount account = machine.account().child("tenant", BpfMap.HEADER_BYTES + 3 * 4096);
        ArenaMap arena = (ArenaMap)
                machine.createMap(MapSpec.of("arena", MapType.ARENA, 0, 0, 10).withFlags(MapSpec.F_MMAPABLE), account);
        long a = arena.allocatePages(0, 2);
        assertThat(a).isEqualTo(arena.base());
        SlabAccess.store64(machine.slab().memory(), a, 5);
        assertThat(arena.allocatePages(a, 1)).as("taken").isZero();
        assertThat(arena.allocatePages(0, 2)).as("account").isZero();
        assertThat(arena.allocatePages(a + 5 * 4096, 1)).isEqualTo(a + 5 * 4096);
        arena.freePages(a, 1);
        long again = arena.allocatePages(0, 1);
        assertThat(again).isEqualTo(a);
        assertThat(SlabAccess.load64(machine.slab().memory(), again)).isZero();
        assertThat(arena.allocatePages(0, 0)).isZero();
        assertThat(arena.allocatePages(0, 11)).isZero();
        machine.closeMap(arena);
        assertThat(account.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "QUEUE,4,4,1,0", "LPM_TRIE,4,4,1,1", "LPM_TRIE,8,4,1,0", "PROG_ARRAY,4,8,1,0", "SK_STORAGE,4,4,1,1",
                "RINGBUF,0,0,2048,0", "RINGBUF,0,0,12288,0", "RINGBUF,4,0,4096,0", "RINGBUF,0,0,0,0",
                        "RINGBUF,0,0,4096,1024",
                "USER_RINGBUF,0,8,4096,0", "BLOOM_FILTER,4,4,1,0", "ARENA,0,0,1,0"
            })
    void refusesSpecsThatLinuxRefuses(String text) {
        String[] f = text.split(",");
        MapSpec spec = MapSpec.of(
                        "m",
                        MapType.valueOf(f[0]),
                        Integer.parseInt(f[1]),
                        Integer.parseInt(f[2]),
                        Integer.parseInt(f[3]))
                .withFlags(Integer.parseInt(f[4]));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> machine.createMap(spec))
                .isInstanceOfSatisfying(
                        InvalidMapException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    @ParameterizedTest
    @EnumSource(value = MapType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNSPEC")
    void makesAndFreesEveryType(MapType type) {
        MapSpec spec = switch (type) {
            case RINGBUF, USER_RINGBUF -> MapSpec.of("m", type, 0, 0, 4096);
            case QUEUE, STACK, BLOOM_FILTER -> MapSpec.of("m", type, 0, 4, 4);
            case ARENA -> MapSpec.of("m", type, 0, 0, 4).withFlags(MapSpec.F_MMAPABLE);
            case LPM_TRIE -> MapSpec.of("m", type, 8, 4, 4).withFlags(1);
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE ->
                MapSpec.of("m", type, 4, 4, 0).withFlags(1);
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> MapSpec.of("m", type, 16, 4, 0);
            case STACK_TRACE -> MapSpec.of("m", type, 4, 64, 4);
            default -> MapSpec.of("m", type, 4, 4, 4);
        };
        MemoryAccount account = machine.account().child("tenant", Long.MAX_VALUE);
        long before = machine.slab().used();
        BpfMap map = machine.createMap(spec, account);
        assertThat(machine.mapAt(map.address())).isSameAs(map);
        assertThat(account.used()).isPositive();
        machine.closeMap(map);
        assertThat(account.used()).isZero();
        assertThat(machine.slab().used()).isEqualTo(before);
    }
}
