package dev.skep.runtime.map;

import static dev.skep.runtime.map.HashMapTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.runtime.Errno;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryLimitException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayMapTest {
    private Machine machine;

    @BeforeEach
    void open() {
        machine = Machine.create(MachineOptions.defaults().withCpus(2).withSlabSize(64 << 20));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void givesLinuxResultCodes() {
        BpfMap map = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 12, 3));
        assertThat(map.put(bytes(4, 2), bytes(12, 9), BpfMap.ANY)).isZero();
        assertThat(map.put(bytes(4, 2), bytes(12, 9), BpfMap.EXIST)).isZero();
        assertThat(map.put(bytes(4, 2), bytes(12, 9), BpfMap.NOEXIST)).isEqualTo(-Errno.EEXIST);
        assertThat(map.put(bytes(4, 3), bytes(12, 9), BpfMap.ANY)).isEqualTo(-Errno.E2BIG);
        assertThat(map.put(bytes(4, 3), bytes(12, 9), BpfMap.NOEXIST)).isEqualTo(-Errno.E2BIG);
        assertThat(map.put(bytes(4, 1), bytes(12, 9), 3)).isEqualTo(-Errno.EINVAL);
        assertThat(map.put(bytes(4, 1), bytes(12, 9), BpfMap.F_LOCK)).isEqualTo(-Errno.EINVAL);
        assertThat(map.remove(bytes(4, 1))).isEqualTo(-Errno.EINVAL);
        assertThat(map.get(bytes(4, 2))).isEqualTo(bytes(12, 9));
        assertThat(map.get(bytes(4, 3))).isNull();
        assertThat(map.get(bytes(4, -1))).isNull();
    }

    @Test
    void walksItsIndexes() {
        BpfMap map = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 4, 2));
        assertThat(map.nextKey(null)).isEqualTo(bytes(4, 0));
        assertThat(map.nextKey(bytes(4, 0))).isEqualTo(bytes(4, 1));
        assertThat(map.nextKey(bytes(4, 1))).isNull();
        assertThat(map.nextKey(bytes(4, 7))).isEqualTo(bytes(4, 0));
    }

    @Test
    void keepsPerCpuValuesApart() {
        BpfMap map = machine.createMap(MapSpec.of("p", MapType.PERCPU_ARRAY, 4, 4, 2));
        byte[] both = bytes(16, 5);
        both[8] = 6;
        assertThat(map.put(bytes(4, 1), both, 0)).isZero();
        assertThat(map.get(bytes(4, 1))).isEqualTo(both);
        assertThat(map.get(bytes(4, 0))).isEqualTo(new byte[16]);
    }

    @Test
    void letsTheHostNotChangeAFrozenMap() {
        BpfMap map = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 4, 2));
        map.freeze();
        assertThat(map.put(bytes(4, 0), bytes(4, 1), 0)).isEqualTo(-Errno.EPERM);
    }

    @ParameterizedTest
    @CsvSource({
        "ARRAY,8,4,1,0",
        "ARRAY,4,0,1,0",
        "ARRAY,4,4,0,0",
        "ARRAY,4,4,1,1",
        "HASH,0,4,1,0",
        "HASH,4,4,0,0",
        "HASH,4,4,1,1024"
    })
    void refusesSpecsThatLinuxRefuses(MapType type, int key, int value, int entries, int flags) {
        MapSpec spec = MapSpec.of("m", type, key, value, entries).withFlags(flags);
        assertThatThrownBy(() -> machine.createMap(spec))
                .isInstanceOfSatisfying(
                        InvalidMapException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    @Test
    void refusesWhatTheAccountCannotPay() {
        MemoryAccount account = machine.account().child("tenant", 1000);
        assertThatThrownBy(() -> machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 8, 200), account))
                .isInstanceOf(MemoryLimitException.class);
        assertThat(account.used()).isZero();
        long before = machine.slab().used();
        assertThatThrownBy(() -> machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 1 << 20, 1 << 20)))
                .isInstanceOf(MemoryLimitException.class);
        assertThat(machine.slab().used()).isEqualTo(before);
    }
}
