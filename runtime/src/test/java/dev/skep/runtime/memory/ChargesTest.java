package dev.skep.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is named pays for every byte, gets every byte back, and nobody else pays. */
class ChargesTest {
    private final MemoryAccount root = MemoryAccount.unlimited("root");
    private final Machine machine =
            Machine.create(MachineOptions.defaults().withSlabSize(256 << 20).withAccount(root));

    @AfterEach
    void close() {
        machine.close();
    }

    static Stream<MapSpec> maps() {
        List<MapSpec> all = new ArrayList<>();
        for (MapType type : MapType.values()) {
            MapSpec spec = spec(type);
            if (spec != null) {
                all.add(spec);
            }
        }
        return all.stream();
    }

    private static MapSpec spec(MapType type) {
        String name = type.kernelName();
        return switch (type) {
            case UNSPEC -> null;
            case RINGBUF, USER_RINGBUF -> MapSpec.of(name, type, 0, 0, 4096);
            case ARENA -> MapSpec.of(name, type, 0, 0, 4).withFlags(MapSpec.F_MMAPABLE);
            case QUEUE, STACK, BLOOM_FILTER -> MapSpec.of(name, type, 0, 8, 16);
            case LPM_TRIE -> MapSpec.of(name, type, 8, 8, 16).withFlags(MapSpec.F_NO_PREALLOC);
            case SK_STORAGE, TASK_STORAGE, INODE_STORAGE, CGRP_STORAGE ->
                MapSpec.of(name, type, 4, 64, 0).withFlags(MapSpec.F_NO_PREALLOC);
            case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> MapSpec.of(name, type, 8, 64, 0);
            case STACK_TRACE -> MapSpec.of(name, type, 4, 80, 16);
            case ARRAY_OF_MAPS, HASH_OF_MAPS ->
                MapSpec.of(name, type, 4, 4, 16).withInner(MapSpec.of("inner", MapType.ARRAY, 4, 8, 1));
            case HASH, PERCPU_HASH -> MapSpec.of(name, type, 8, 8, 500).withFlags(MapSpec.F_NO_PREALLOC);
            case STRUCT_OPS -> MapSpec.of(name, type, 4, 64, 1);
            default -> MapSpec.of(name, type, 4, 4, 16);
        };
    }

    @ParameterizedTest
    @MethodSource("maps")
    void everyMapIsChargedAndGivesAllBack(MapSpec spec) {
        MemoryAccount mine = root.child("mine", Long.MAX_VALUE);
        MemoryAccount others = root.child("others", Long.MAX_VALUE);
        long before = root.used();
        BpfMap map = machine.createMap(spec, mine);
        assertThat(map.memoryCharged()).as(spec.name()).isPositive();
        fill(map);
        assertThat(mine.used()).isEqualTo(map.memoryCharged()).isEqualTo(root.used() - before);
        assertThat(others.peak()).isZero();
        machine.closeMap(map);
        assertThat(mine.used()).as(spec.name()).isZero();
        assertThat(root.used()).isEqualTo(before);
    }

    private static void fill(BpfMap map) {
        if (map.keySize() == 0 || map.valueSize() == 0) {
            return;
        }
        byte[] key = new byte[map.keySize()];
        for (int i = 0; i < Math.max(map.maxEntries(), 16); i++) {
            key[0] = (byte) i;
            key[map.keySize() - 1] ^= (byte) (i >> 8);
            map.put(key, new byte[map.hostValueSize()], BpfMap.ANY);
        }
    }

    /** What a map takes while it is used is paid for like what it takes at first. */
    @Test
    void elementsAreChargedAsTheyCome() {
        MemoryAccount mine = root.child("mine", Long.MAX_VALUE);
        BpfMap map =
                machine.createMap(MapSpec.of("h", MapType.HASH, 8, 8, 100_000).withFlags(MapSpec.F_NO_PREALLOC), mine);
        long empty = mine.used();
        mine.limit(empty + 20_000);
        int made = 0;
        byte[] key = new byte[8];
        while (made < 100_000) {
            key[0] = (byte) made;
            key[1] = (byte) (made >> 8);
            long result = map.put(key, new byte[8], BpfMap.ANY);
            if (result != 0) {
                assertThat(result).isEqualTo(-Errno.ENOMEM);
                break;
            }
            made++;
        }
        assertThat(made).isBetween(100, 20_000 / 16);
        assertThat(mine.used()).isBetween(empty + 16L * made, empty + 20_000);
    }

    @ParameterizedTest
    @MethodSource("maps")
    void aMapThatCannotBePaidForLeavesNothing(MapSpec spec) {
        MemoryAccount poor = root.child("poor", 300);
        long before = root.used();
        long slab = machine.slab().used();
        assertThatThrownBy(() -> machine.createMap(spec, poor)).isInstanceOf(MemoryLimitException.class);
        assertThat(poor.used()).isZero();
        assertThat(root.used()).isEqualTo(before);
        assertThat(machine.slab().used()).isEqualTo(slab);
    }

    @Test
    void theMachinePaysForContextsAndPackets() {
        long before = root.used();
        RunContext cx = machine.newContext();
        assertThat(root.used() - before).isGreaterThan(32 << 10);
        cx.close();
        assertThat(root.used()).isEqualTo(before);
        var skb = machine.newSkbBuffer();
        skb.load(new byte[5000], 0, 5000, true, 60);
        skb.pull(5000);
        skb.push(2000);
        skb.close();
        var xdp = machine.newXdpBuffer();
        xdp.load(new byte[9000]);
        xdp.close();
        assertThat(root.used()).isEqualTo(before);
    }
}
