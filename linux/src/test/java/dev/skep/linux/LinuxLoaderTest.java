package dev.skep.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.linux.LinuxVerdict.Outcome;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hand-made programs in the running kernel; skipped, with the reason, where it cannot be asked. */
class LinuxLoaderTest {
    private static final long EXIT = Slot.of(0x95, 0, 0, 0, 0);
    private static final byte[] PACKET = new byte[64];

    @BeforeEach
    void kernelAnswers() {
        assumeTrue(LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
    }

    private static long mov(int register, int value) {
        return Slot.of(0xb7, register, 0, 0, value);
    }

    private static long call(int helper) {
        return Slot.of(0x85, 0, 0, 0, helper);
    }

    private static ProgramSpec xdp(long... slots) {
        return ProgramSpec.of("hand_made", ProgramType.XDP, BpfCode.of(slots));
    }

    /** Adds one to the 8-byte value 0 of the array at index 0 and returns the old value. */
    private static ProgramSpec counter(MapSpec map) {
        return xdp(
                        Slot.of(0x7a, 10, 0, -8, 0), // *(u64 *)(r10 - 8) = 0
                        Slot.of(0xbf, 2, 10, 0, 0), // r2 = r10
                        Slot.of(0x07, 2, 0, 0, -8), // r2 += -8
                        Slot.of(0x18, 1, Pseudo.MAP_FD, 0, 0), // r1 = map 0
                        0,
                        call(1), // bpf_map_lookup_elem
                        Slot.of(0x55, 0, 0, 1, 0), // if r0 != 0 goto +1
                        EXIT,
                        mov(1, 1),
                        Slot.of(0xdb, 0, 1, 0, 1), // r1 = atomic_fetch_add(*r0, r1)
                        Slot.of(0xbf, 0, 1, 0, 0), // r0 = r1
                        EXIT)
                .withMaps(List.of(map));
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }

    @Test
    void acceptsTheSmallestProgramAndCountsItsInstructions() {
        LinuxVerdict v = LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT);
        assertThat(v.outcome()).isEqualTo(Outcome.ACCEPT);
        assertThat(v.statistics().processedInsns()).isEqualTo(2);
        assertThat(v.statistics().verificationNanos()).isPositive();
        assertThat(v.program()).isEmpty();
    }

    @Test
    void rejectsAReadOfAnUninitialisedRegisterInLinuxsWords() {
        LinuxVerdict v = LinuxLoader.judge(xdp(Slot.of(0xbf, 0, 3, 0, 0), EXIT), LoadOptions.VERDICT);
        assertThat(v.outcome()).isEqualTo(Outcome.REJECT);
        assertThat(v.errno()).isEqualTo(Errno.EACCES);
        assertThat(v.message()).isEqualTo("R3 !read_ok");
        assertThat(v.log()).contains("processed 1 insns");
    }

    @Test
    void learnsTheVerdictOfAProgramWhoseLogIsTooLong() {
        long[] slots = new long[2000];
        java.util.Arrays.fill(slots, mov(0, 0));
        slots[slots.length - 1] = EXIT;
        LinuxVerdict v = LinuxLoader.judge(xdp(slots), new LoadOptions(2, 1024, false));
        assertThat(v.outcome()).isEqualTo(Outcome.ACCEPT);
        assertThat(v.log()).hasSizeLessThan(1025).contains("processed 2000 insns");
    }

    @Test
    void saysThatAProgramWithoutAttachTargetWasNeverJudged() {
        ProgramSpec p = ProgramSpec.of("no_target", ProgramType.EXT, BpfCode.of(mov(0, 0), EXIT));
        LinuxVerdict v = LinuxLoader.judge(p, LoadOptions.VERDICT);
        assertThat(v.outcome()).isEqualTo(Outcome.NONE);
        assertThat(v.problem()).startsWith("program no_target: load: ");
    }

    @Test
    void programsOfOneLoaderShareTheMapOfOneSpec() throws Exception {
        MapSpec map = MapSpec.of("hits", MapType.ARRAY, 4, 8, 1);
        try (LinuxLoader loader = new LinuxLoader();
                LinuxProgram first =
                        loader.load(counter(map), LoadOptions.RUN).program().orElseThrow();
                LinuxProgram second =
                        loader.load(counter(map), LoadOptions.RUN).program().orElseThrow()) {
            loader.map(map).update(new byte[4], number(40));
            assertThat(first.testRun(PACKET).retval()).isEqualTo(40);
            assertThat(second.testRun(PACKET, new byte[0], 3, 0).retval()).isEqualTo(43);
            assertThat(loader.map(map).lookup(new byte[4])).contains(number(44));
        }
    }

    @Test
    void contentsAreThereBeforeTheFirstRunAndFrozenOnesStay() throws Exception {
        MapSpec map = MapSpec.of(".rodata", MapType.ARRAY, 4, 8, 1)
                .withFlags(MapSpec.F_RDONLY_PROG)
                .withContents(number(77))
                .asFrozen();
        ProgramSpec reader = xdp(
                        Slot.of(0x18, 1, Pseudo.MAP_VALUE, 0, 0), // r1 = &value[4]
                        Slot.of(0, 0, 0, 0, 0),
                        Slot.of(0x61, 0, 1, 0, 0), // r0 = *(u32 *)r1
                        EXIT)
                .withMaps(List.of(map));
        try (LinuxLoader loader = new LinuxLoader();
                LinuxProgram p = loader.load(reader, LoadOptions.RUN).program().orElseThrow()) {
            assertThat(p.testRun(PACKET).retval()).isEqualTo(77);
            assertThatThrownBy(() -> loader.map(map).update(new byte[4], number(1)))
                    .isInstanceOf(LinuxException.class)
                    .hasMessage("map .rodata: update: EPERM");
        }
    }

    @Test
    void aTestRunGivesThePacketBack() throws Exception {
        ProgramSpec shrink = xdp(mov(2, 4), call(44), mov(0, 2), EXIT); // bpf_xdp_adjust_head(ctx, 4)
        try (LinuxLoader loader = new LinuxLoader();
                LinuxProgram p = loader.load(shrink, LoadOptions.RUN).program().orElseThrow()) {
            TestRun run = p.testRun(PACKET);
            assertThat(run.retval()).isEqualTo(2);
            assertThat(run.data()).hasSize(60);
        }
    }

    @Test
    void aHashMapIsWalkedByItsKeys() throws Exception {
        try (LinuxMap map = LinuxMap.create(MapSpec.of("h", MapType.HASH, 8, 8, 16))) {
            assertThat(map.nextKey(null)).isEmpty();
            map.update(number(5), number(50));
            assertThat(map.nextKey(null)).contains(number(5));
            assertThat(map.nextKey(number(5))).isEmpty();
            assertThat(map.delete(number(5))).isTrue();
            assertThat(map.delete(number(5))).isFalse();
            assertThat(map.lookup(number(5))).isEmpty();
            assertThatThrownBy(() -> map.lookup(new byte[3])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMapThatCannotBeMadeIsToldWithItsNumbers() {
        assertThatThrownBy(() -> LinuxMap.create(MapSpec.of("none", MapType.ARRAY, 4, 8, 0)))
                .isInstanceOf(LinuxException.class)
                .hasMessage("map none: create: EINVAL: type=array key_size=4 value_size=8 max_entries=0");
    }

    @Test
    void aMapOfMapsHasAnInnerTemplate() throws Exception {
        MapSpec inner = MapSpec.of("inner", MapType.ARRAY, 4, 8, 1);
        MapSpec outer = MapSpec.of("outer", MapType.HASH_OF_MAPS, 4, 4, 4).withInner(inner);
        try (LinuxMap maps = LinuxMap.create(outer);
                LinuxMap map = LinuxMap.create(inner)) {
            maps.update(new byte[4], map);
            assertThat(maps.lookup(new byte[4])).isPresent();
        }
    }

    @Test
    void dataMapsAreNamedAsLibbpfNamesThem() {
        assertThat(MapCreation.kernelName(".bss", "dynptr_success.bpf.o")).isEqualTo("dynptr_s.bss");
        assertThat(MapCreation.kernelName(".kconfig", "dynptr_success.bpf.o")).isEqualTo("dynptr_.kconfig");
        assertThat(MapCreation.kernelName(".data.own", "a.o")).isEqualTo(".data.own");
        assertThat(MapCreation.kernelName("events", "a.o")).isEqualTo("events");
    }

    @Test
    void aLoadWithoutCapabilitiesLeavesTheThreadItsOwn() {
        LinuxVerdict v = LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT.withoutCapabilities());
        assertThat(v.outcome()).isEqualTo(Outcome.NONE);
        assertThat(v.errno()).isEqualTo(Errno.EPERM);
        assertThat(LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT).accepted())
                .isTrue();
    }

    @Test
    void onlyTheThreadThatAsksLosesItsCapabilities() throws InterruptedException {
        Outcome[] without = new Outcome[2];
        Thread other = new Thread(() -> {
            Capabilities.keepOnly(Capabilities.NET_ADMIN);
            without[0] =
                    LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT).outcome();
            Capabilities.restore();
            without[1] =
                    LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT).outcome();
        });
        other.start();
        other.join();
        assertThat(without).containsExactly(Outcome.NONE, Outcome.ACCEPT);
        assertThat(LinuxLoader.judge(xdp(mov(0, 2), EXIT), LoadOptions.VERDICT).accepted())
                .isTrue();
    }

    @Test
    void theKernelAnswersANobodyWhereTheSwitchSaysSo() {
        ProgramSpec filter = ProgramSpec.of("filter", ProgramType.SOCKET_FILTER, BpfCode.of(mov(0, 0), EXIT));
        LinuxVerdict v = LinuxLoader.judge(filter, LoadOptions.VERDICT.withoutCapabilities());
        assertThat(v.accepted()).isEqualTo(UnprivilegedBpf.setting() == 0);
    }
}
