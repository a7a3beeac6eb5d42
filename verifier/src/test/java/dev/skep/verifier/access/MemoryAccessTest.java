package dev.skep.verifier.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.kernel.program.ProgramFacts;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.verifier.insn.Bench;
import dev.skep.verifier.state.RegState;
import dev.skep.verifier.type.PtrFlags;
import dev.skep.verifier.type.RegType;
import org.junit.jupiter.api.Test;

class MemoryAccessTest {
    private final Bench b = Bench.of(ProgramType.XDP);
    private static final MapSpec MAP = MapSpec.of("m", MapType.ARRAY, 4, 48, 1);

    private static RegState value(MapSpec map) {
        return RegState.pointer(new RegType.MapValue(0, map, 0));
    }

    private String load(RegState base, int off, int size) {
        b.set(1, base);
        return Bench.refusal(() -> MemoryAccess.load(b.w, 1, off, size, false, 2));
    }

    private String store(RegState base, int off, int size) {
        b.set(1, base).set(3, RegState.constant(1));
        return Bench.refusal(() -> MemoryAccess.store(b.w, 1, off, size, 3, 0));
    }

    @Test
    void mapValuesAreBoundedAtBothEnds() {
        assertThat(load(value(MAP), 40, 8)).isEqualTo("accepted");
        assertThat(load(value(MAP), 44, 8)).isEqualTo("""
            invalid access to map value, value_size=48 off=44 size=8
            R1 min value is outside of the allowed memory range\
            """);
        assertThat(load(value(MAP).withVar(Bench.number(0, 41).var), 0, 8)).isEqualTo("""
            invalid access to map value, value_size=48 off=41 size=8
            R1 max value is outside of the allowed memory range\
            """);
        assertThat(load(value(MAP).withVar(Bench.signed(-1, 40).var), 0, 8))
                .isEqualTo("R1 min value is negative, either use unsigned index or do a if (index >=0) check.");
        assertThat(load(value(MAP).withVar(Bench.number(0, 1 << 29).var), 0, 8))
                .isEqualTo("R1 unbounded memory access, make sure to bounds check any such access");
    }

    @Test
    void narrowLoadsAreZeroOrSignExtended() {
        load(value(MAP), 0, 2);
        assertThat(b.reg(2).var.umax).isEqualTo(0xffff);
        MemoryAccess.load(b.w, 1, 0, 1, true, 2);
        assertThat(b.reg(2).var.smin).isEqualTo(-128);
    }

    @Test
    void programsRespectTheMapsPermissions() {
        assertThat(store(value(MAP.withFlags(MapSpec.F_RDONLY_PROG)), 0, 8))
                .isEqualTo("write into map forbidden, value_size=48 off=0 size=8");
        assertThat(load(value(MAP.withFlags(MapSpec.F_WRONLY_PROG)), 0, 8))
                .isEqualTo("read from map forbidden, value_size=48 off=0 size=8");
    }

    private static MapSpec frozen(byte... contents) {
        return MapSpec.of(".rodata", MapType.ARRAY, 4, 8, 1)
                .withFlags(MapSpec.F_RDONLY_PROG)
                .withContents(contents)
                .asFrozen();
    }

    @Test
    void loadsFromFrozenMapsAreConstants() {
        load(value(frozen((byte) 0x81, (byte) 2)), 0, 4);
        assertThat(b.reg(2).isConst(0x281)).isTrue();
        MemoryAccess.load(b.w, 1, 0, 1, true, 2);
        assertThat(b.reg(2).isConst(-127)).isTrue();
    }

    @Test
    void packetBytesMustBeProved() {
        RegState packet = RegState.pointer(new RegType.Packet(0, 14));
        assertThat(load(packet, 12, 2)).isEqualTo("accepted");
        assertThat(load(packet.withOff(8), 4, 4)).isEqualTo("""
            invalid access to packet, off=12 size=4, R1(id=0,off=12,r=14)
            R1 offset is outside of the packet\
            """);
        assertThat(load(packet.withType(new RegType.Packet(0, -1)), 0, 1))
                .isEqualTo("R1 offset is outside of the packet");
        assertThat(store(packet, 0, 4)).isEqualTo("accepted");
        Bench filter = Bench.of(ProgramType.CGROUP_SKB).set(1, packet);
        assertThat(Bench.refusal(() -> MemoryAccess.store(filter.w, 1, 0, 4, -1, 0)))
                .isEqualTo("cannot write into packet");
    }

    @Test
    void plainMemoryHasASizeAndMayBeReadOnly() {
        RegState mem = RegState.pointer(new RegType.Mem(PtrFlags.RINGBUF, 16, 0));
        assertThat(store(mem, 8, 8)).isEqualTo("accepted");
        assertThat(load(mem, 16, 1)).isEqualTo("""
            invalid access to memory, mem_size=16 off=16 size=1
            R1 min value is outside of the allowed memory range\
            """);
        assertThat(store(RegState.pointer(new RegType.Mem(PtrFlags.RDONLY, 16, 0)), 0, 8))
                .isEqualTo("R1 cannot write into rdonly_mem");
        assertThat(load(RegState.pointer(new RegType.Mem(PtrFlags.MAYBE_NULL, 16, 0)), 0, 8))
                .isEqualTo("R1 invalid mem access 'mem_or_null'");
    }

    @Test
    void untrustedMemoryIsReadAnywhere() {
        RegState mem = RegState.pointer(new RegType.Mem(PtrFlags.RDONLY | PtrFlags.UNTRUSTED, 0, 0));
        assertThat(load(mem, 4096, 8)).isEqualTo("accepted");
        assertThat(store(mem, 0, 8)).isEqualTo("R1 cannot write into rdonly_untrusted_mem");
    }

    @Test
    void numbersAndEndsAreNoMemory() {
        assertThat(load(RegState.UNKNOWN, 0, 8)).isEqualTo("R1 invalid mem access 'scalar'");
        assertThat(load(RegState.pointer(new RegType.PacketEnd(0)), 0, 8)).isEqualTo("R1 invalid mem access 'pkt_end'");
        assertThat(load(RegState.pointer(new RegType.Func(0, 1)), 0, 8)).isEqualTo("R1 invalid mem access 'func'");
    }

    @Test
    void socketsAreReadOnlyTables() {
        RegState sock = RegState.pointer(new RegType.Socket(0));
        assertThat(load(sock, 4, 4)).isEqualTo("accepted");
        assertThat(load(sock, 4, 8)).isEqualTo("R1 invalid sock access off=4 size=8");
        assertThat(store(sock, 4, 4)).isEqualTo("R1 cannot write into sock");
        assertThat(load(RegState.pointer(new RegType.SockCommon(0)), 8, 4))
                .isEqualTo("R1 invalid sock_common access off=8 size=4");
    }

    @Test
    void flowKeysArePlainMemory() {
        RegState keys = RegState.pointer(new RegType.FlowKeys(0));
        assertThat(store(keys, 48, 8)).isEqualTo("accepted");
        assertThat(load(keys, 52, 8)).isEqualTo("invalid access to flow keys off=52 size=8");
    }

    @Test
    void buffersTakeConstantOffsetsOnly() {
        RegState buffer = RegState.pointer(new RegType.TpBuffer(0));
        assertThat(load(buffer, 4096, 8)).isEqualTo("accepted");
        assertThat(load(buffer, -8, 8)).isEqualTo("R1 invalid tracepoint buffer access: off=-8, size=8");
        assertThat(load(buffer.withVar(Bench.number(0, 255).var), 0, 8))
                .isEqualTo("R1 invalid variable buffer offset: off=0, var_off=(0x0; 0xff)");
        assertThat(store(RegState.pointer(new RegType.Buf(PtrFlags.RDONLY)), 0, 8))
                .isEqualTo("R1 cannot write into rdonly_buf");
    }

    @Test
    void arenasTakeAnything() {
        assertThat(load(RegState.pointer(new RegType.Arena(0)), 1, 8)).isEqualTo("accepted");
    }

    @Test
    void contextsAreReadThroughTheTypesTableAtTheirStart() {
        RegState ctx = RegState.pointer(new RegType.Ctx(0));
        assertThat(load(ctx, 0, 4)).isEqualTo("accepted");
        assertThat(b.reg(2).type).isEqualTo(new RegType.Packet(0, 0));
        assertThat(load(ctx, 0, 8)).isEqualTo("invalid bpf_context access off=0 size=8");
        assertThat(store(ctx, 0, 4)).isEqualTo("invalid bpf_context access off=0 size=4");
        assertThat(load(ctx.withOff(4), 0, 4)).isEqualTo("dereference of modified ctx ptr R1 off=4 disallowed");
        assertThat(load(ctx.withOff(-4), 4, 4)).isEqualTo("negative offset ctx ptr R1 off=-4 disallowed");
        assertThat(load(ctx.withVar(Bench.number(0, 4).var), 0, 4))
                .isEqualTo("variable ctx access var_off=(0x0; 0x7) disallowed");
    }

    @Test
    void strictAlignmentTakesPacketsToStartTwoBytesAfterAWord() {
        Bench strict = Bench.of(Bench.program(ProgramType.XDP).withFlags(ProgramSpec.F_STRICT_ALIGNMENT));
        strict.set(1, RegState.pointer(new RegType.Packet(0, 20)));
        assertThat(Bench.refusal(() -> MemoryAccess.load(strict.w, 1, 14, 4, false, 2)))
                .isEqualTo("accepted");
        assertThat(Bench.refusal(() -> MemoryAccess.load(strict.w, 1, 1, 4, false, 2)))
                .isEqualTo("misaligned packet access off 2+0+0+1 size 4");
    }

    @Test
    void sizesOfCallsMemoryAreBoundedNumbers() {
        b.set(1, value(MAP));
        b.set(2, RegState.UNKNOWN);
        assertThat(Bench.refusal(() -> MemoryAccess.sized(b.w, 1, 2, false, true, null)))
                .isEqualTo("R2 min value is negative, either use unsigned or 'var &= const'");
        b.set(2, Bench.number(0, 8));
        assertThat(Bench.refusal(() -> MemoryAccess.sized(b.w, 1, 2, false, false, null)))
                .isEqualTo("R2 invalid zero-sized read: u64=[0,8]");
        b.set(2, Bench.number(1, 1L << 40));
        assertThat(Bench.refusal(() -> MemoryAccess.sized(b.w, 1, 2, false, false, null)))
                .isEqualTo("R2 unbounded memory access, use 'var &= const' or 'if (var < const)'");
        b.set(2, Bench.number(1, 48));
        MemoryAccess.sized(b.w, 1, 2, false, false, null);
        assertThat(b.precise).containsExactly(2);
    }

    @Test
    void nullIsMemoryOfNoBytes() {
        b.set(1, RegState.ZERO);
        assertThat(Bench.refusal(() -> MemoryAccess.region(b.w, 1, 0, false, true, null)))
                .isEqualTo("accepted");
        assertThat(Bench.refusal(() -> MemoryAccess.region(b.w, 1, 4, false, true, null)))
                .isEqualTo("R1 type=scalar expected=fp");
    }

    @Test
    void accessesAreNotedForTheEngines() {
        load(value(MAP), 0, 8);
        assertThat(b.w.facts.region(0)).isEqualTo(ProgramFacts.Region.MAP_VALUE);
        load(Bench.stack(0), -16, 8);
        assertThat(b.w.facts.region(0)).isEqualTo(ProgramFacts.Region.MIXED);
    }
}
