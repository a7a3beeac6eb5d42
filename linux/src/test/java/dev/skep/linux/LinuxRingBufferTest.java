package dev.skep.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.isa.BpfCode;
import dev.skep.object.isa.Pseudo;
import dev.skep.object.isa.Slot;
import dev.skep.object.spec.FuncInfo;
import dev.skep.object.spec.LineInfo;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                LinuxProgram first =
                        loader.load(writer(spec, 1), LoadOptions.RUN).program().orElseThrow();
                LinuxProgram second =
                        loader.load(writer(spec, 2), LoadOptions.RUN).program().orElseThrow();
                LinuxRingBuffer ring = new LinuxRingBuffer(loader.map(spec))) {
            List<Long> seen = new ArrayList<>();
            int handled = 0;
            for (int round = 0; round < 10; round++) {
                assertThat(first.testRun(new byte[64], new byte[0], 100, 0).retval())
                        .isZero();
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
                LinuxProgram p =
                        loader.load(writer(spec, 7), LoadOptions.RUN).program().orElseThrow();
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
        try (LinuxMap map = LinuxMap.create(spec);
                LinuxUserRingBuffer ring = new LinuxUserRingBuffer(map)) {
            for (int i = 0; i < 4096 / 64; i++) {
                try (LinuxUserRingBuffer.Sample sample = ring.reserve(56).orElseThrow()) {
                    sample.segment().fill((byte) i);
                    sample.submit();
                }
            }
            assertThat(ring.reserve(0)).isEmpty();
        }
    }

    /**
     * Drains the user ring: {@code bpf_user_ringbuf_drain(map, callback, 0, 0)} with
     * {@code callback(dynptr, ctx) { bpf_dynptr_read(&value, 8, dynptr, 0, 0); return value & 1; }}: a sample that
     * begins with an odd number ends the call. R0 is the number of samples seen.
     */
    private static ProgramSpec drainer(MapSpec ring) {
        Btf btf = new Btf(
                null,
                List.of(
                        new BtfType.Int("long", 8, true, false, false, 0, 64),
                        new BtfType.FunctionProto(1, List.of()),
                        new BtfType.Function("drain", 2, BtfType.Linkage.GLOBAL),
                        new BtfType.Function("callback", 2, BtfType.Linkage.STATIC)));
        BpfCode code = BpfCode.of(
                Slot.of(0x18, 1, Pseudo.MAP_FD, 0, 0), // r1 = map
                0,
                Slot.of(0x18, 2, Pseudo.FUNC, 0, 5), // r2 = callback
                0,
                Slot.of(0xb7, 3, 0, 0, 0),
                Slot.of(0xb7, 4, 0, 0, 0),
                Slot.of(0x85, 0, 0, 0, 209), // bpf_user_ringbuf_drain
                Slot.of(0x95, 0, 0, 0, 0),
                Slot.of(0x7a, 10, 0, -8, 0), // callback: *(u64 *)(r10 - 8) = 0
                Slot.of(0xbf, 3, 1, 0, 0), // r3 = dynptr
                Slot.of(0xbf, 1, 10, 0, 0),
                Slot.of(0x07, 1, 0, 0, -8), // r1 = r10 - 8
                Slot.of(0xb7, 2, 0, 0, 8),
                Slot.of(0xb7, 4, 0, 0, 0),
                Slot.of(0xb7, 5, 0, 0, 0),
                Slot.of(0x85, 0, 0, 0, 201), // bpf_dynptr_read
                Slot.of(0x79, 0, 10, -8, 0),
                Slot.of(0x57, 0, 0, 0, 1),
                Slot.of(0x95, 0, 0, 0, 0));
        return new ProgramSpec(
                "",
                "drain",
                "",
                ProgramType.RAW_TRACEPOINT,
                null,
                "",
                0,
                -1,
                0,
                "GPL",
                code,
                code.size(),
                List.of(ring),
                btf,
                List.of(new FuncInfo(0, 3), new FuncInfo(8, 4)),
                List.of(
                        new LineInfo(0, "drain.c", "long drain(void)", 1, 1),
                        new LineInfo(8, "drain.c", "static long callback(void)", 2, 1)),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static void send(LinuxUserRingBuffer ring, long value) {
        try (LinuxUserRingBuffer.Sample sample = ring.reserve(8).orElseThrow()) {
            sample.segment().set(ValueLayout.JAVA_LONG, 0, value);
            sample.submit();
        }
    }

    @Test
    void aProgramDrainsWhatWasSubmittedAndNothingElse() throws Exception {
        MapSpec spec = MapSpec.of("commands", MapType.USER_RINGBUF, 0, 0, 4096);
        ProgramSpec program = drainer(spec);
        try (LinuxLoader loader = new LinuxLoader(List.of(program))) {
            LinuxVerdict verdict = loader.load(program, LoadOptions.RUN.withLogLevel(2));
            assertThat(verdict.accepted())
                    .as(verdict.log() + loader.typesProblem())
                    .isTrue();
            assertThat(verdict.log()).contains("; long drain(void) @ drain.c:1");
            try (LinuxProgram p = verdict.program().orElseThrow();
                    LinuxUserRingBuffer ring = new LinuxUserRingBuffer(loader.map(spec))) {
                send(ring, 2);
                ring.reserve(8).orElseThrow().close();
                send(ring, 4);
                send(ring, 7);
                send(ring, 8);
                assertThat(p.testRun(new byte[0], new byte[0], 0, 0).retval()).isEqualTo(3);
                assertThat(p.testRun(new byte[0], new byte[0], 0, 0).retval()).isEqualTo(1);
                assertThat(p.testRun(new byte[0], new byte[0], 0, 0).retval()).isZero();
            }
        }
    }
}
