package dev.skep.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both kinds of ring buffer, shared with the running kernel. */
class LinuxRingBufferTest {
    @BeforeEach
    void kernelAnswers() {
        assumeTrue(LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
    }

    /** bpf_ringbuf_output(ring, &value, 8, 0) of a constant; R0 is its result. */
    private static ProgramSpec writer(MapSpec ring, int value) {
        return ProgramSpec.of(
                        "writer",
                        ProgramType.XDP,
                        BpfCode.of(
                                Slot.of(0x7a, 10, 0, -8, value),
                                Slot.of(0x18, 1, Pseudo.MAP_FD, 0, 0),
                                0,
                                Slot.of(0xbf, 2, 10, 0, 0),
                                Slot.of(0x07, 2, 0, 0, -8),
                                Slot.of(0xb7, 3, 0, 0, 8),
                                Slot.of(0xb7, 4, 0, 0, 0),
                                Slot.of(0x85, 0, 0, 0, 130),
                                Slot.of(0x95, 0, 0, 0, 0)))
                .withMaps(List.of(ring));
    }

    @Test
    void recordsComeInOrderOnceAndAcrossTheWrap() throws Exception {
        MapSpec spec = MapSpec.of("events", MapType.RINGBUF, 0, 0, 4096);
        try (LinuxLoader loader = new LinuxLoader();
                LinuxProgram first = loader.load(writer(spec, 1), LoadOptions.RUN).program().orElseThrow();
                LinuxProgram second = loader.load(writer(spec, 2), LoadOptions.RUN).program().orElseThrow();
                LinuxRingBuffer ring = new LinuxRingBuffer(loader.map(spec))) {
            List<Long> seen = new ArrayList<>();
            int handled = 0;
            for (int round = 0; round < 10; round++) {
                assertThat(first.testRun(new byte[64], new byte[0], 100, 0).retval()).isZero();
                assertThat(second.testRun(new byte[64]).retval()).isZero();
                handled += ring.consume(r -> seen.add(r.get(ValueLayout.JAVA_LONG, 0)));
            }
            assertThat(handled).isEqualTo(1010);
            assertThat(seen.subList(99, 102)).containsExactly(1L, 2L, 1L);
            assertThat(ring.consume(_ -> {})).isZero();
        }
    }

    @Test
    void aFullRingRefusesAndReadsAgainAfterwards() throws Exception {
        MapSpec spec = MapSpec.of("events", MapType.RINGBUF, 0, 0, 4096);
        try (LinuxLoader loader = new LinuxLoader();
                LinuxProgram p = loader.load(writer(spec, 7), LoadOptions.RUN).program().orElseThrow();
                LinuxRingBuffer ring = new LinuxRingBuffer(loader.map(spec))) {
            assertThat(p.testRun(new byte[64], new byte[0], 300, 0).retval()).isEqualTo(-Errno.EAGAIN);
            int records = ring.consume(_ -> {});
            assertThat(records).isBetween(254, 256);
            assertThat(p.testRun(new byte[64]).retval()).isZero();
        }
    }

    @Test
    void aUserRingIsFullWhenItsBytesAreTaken() throws Exception {
        MapSpec spec = MapSpec.of("commands", MapType.USER_RINGBUF, 0, 0, 4096);
        try (LinuxMap map = LinuxMap.create(spec); LinuxUserRingBuffer ring = new LinuxUserRingBuffer(map)) {
            for (int i = 0; i < 4096 / 64; i++) {
                try (LinuxUserRingBuffer.Sample sample = ring.reserve(56).orElseThrow()) {
                    sample.segment().fill((byte) i);
                    sample.submit();
                }
            }
            assertThat(ring.reserve(0)).isEmpty();
        }
    }
}
