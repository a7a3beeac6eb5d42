package dev.skep.runtime.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Asm;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.packet.XdpBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accesses that stay in the slab but leave their region: only runs that check every access see them. */
class CheckedAccessTest {
    private Machine machine;

    @BeforeEach
    void open() {
        machine =
                Machine.create(MachineOptions.defaults().withSlabSize(64 << 20).withCheckEveryAccess(true));
    }

    @AfterEach
    void close() {
        machine.close();
    }

    @ParameterizedTest
    @CsvSource({"-8,true", "-512,true", "-4,false", "0,false", "-520,false"})
    void knowsTheFrame(int offset, boolean good) {
        expect(Asm.start().mov(2, 1).store(8, 10, offset, 2).mov(0, 1).exit(), good);
    }

    @ParameterizedTest
    @CsvSource({"0,true", "4,true", "5,false", "12,false", "-1,false"})
    void knowsMapValues(int offset, boolean good) {
        BpfMap map = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 12, 4));
        expect(Asm.start().mapValue(1, map, 16).load(8, 0, 1, offset).mov(0, 1).exit(), good);
        BpfMap hash = machine.createMap(MapSpec.of("h", MapType.HASH, 4, 12, 4));
        hash.put(new byte[4], new byte[12], 0);
        expect(
                Asm.start()
                        .storeImm(4, 10, -4, 0)
                        .movReg(2, 10)
                        .add(2, -4)
                        .map(1, hash)
                        .helper(1)
                        .storeImm(8, 0, offset, 1)
                        .mov(0, 1)
                        .exit(),
                good);
    }

    @Test
    void knowsReadOnlyMapsAndHeaders() {
        BpfMap map = machine.createMap(MapSpec.of("a", MapType.ARRAY, 4, 8, 1).withFlags(MapSpec.F_RDONLY_PROG));
        expect(Asm.start().mapValue(1, map, 0).load(8, 0, 1, 0).mov(0, 1).exit(), true);
        expect(Asm.start().mapValue(1, map, 0).storeImm(8, 1, 0, 1).mov(0, 1).exit(), false);
        expect(Asm.start().map(1, map).storeImm(8, 1, 0, 1).mov(0, 1).exit(), false);
    }

    @Test
    void knowsThePacketToTheByte() {
        XdpBuffer xdp = machine.newXdpBuffer();
        try (RunContext cx = machine.newContext()) {
            for (int offset = 58; offset < 68; offset++) {
                xdp.load(new byte[64]);
                var program = Asm.start()
                        .type(ProgramType.XDP)
                        .load(4, 2, 1, 0)
                        .load(1, 0, 2, offset)
                        .mov(0, 1)
                        .exit()
                        .load(machine);
                if (offset < 64) {
                    assertThat(program.run(cx, xdp)).isEqualTo(1);
                } else {
                    assertThatThrownBy(() -> program.run(cx, xdp)).isInstanceOf(MemoryFault.class);
                }
            }
        }
    }

    @Test
    void runsCalleesAndAtomics() {
        expect(
                Asm.start()
                        .storeImm(8, 10, -8, 0)
                        .movReg(1, 10)
                        .add(1, -8)
                        .call("f")
                        .load(8, 0, 10, -8)
                        .exit()
                        .label("f")
                        .mov(2, 1)
                        .atomic(8, 1, 0, 2, 0)
                        .mov(0, 0)
                        .exit(),
                true);
        expect(Asm.start().mov(2, 1).atomic(8, 10, 0, 2, 0).mov(0, 1).exit(), false);
    }

    private void expect(Asm program, boolean good) {
        if (good) {
            assertThat(program.run(machine)).isEqualTo(1);
        } else {
            assertThatThrownBy(() -> program.run(machine)).isInstanceOf(MemoryFault.class);
        }
    }
}
