package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxKernel;
import dev.skep.runtime.map.InvalidMapException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program whose ring overwrites, which needs Linux 6.19's rules. */
class OverwriteRingTest {
    private static byte[] object() throws Exception {
        try (InputStream in = OverwriteRingTest.class.getResourceAsStream("/ring_overwrite.bpf.o")) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNewestRecordsStayAndTheLossIsTold(Engine engine) throws Exception {
        try (Skep skep = Skep.create()) {
            BpfObject object = skep.load(
                    "ring_overwrite.bpf.o", object(), o -> o.engine(engine).features(Feature.LINUX_619));
            RingBuffer ring = object.ringBuffer("ring");
            for (int i = 0; i < 50; i++) {
                assertThat(object.syscall("number").run()).isEqualTo(1);
            }
            assertThat(object.global("kept_from").asLong()).isEqualTo(47 * 1024);
            assertThat(ring.available()).isEqualTo(3 * 1024);
            List<Long> seen = new ArrayList<>();
            assertThat(ring.consume(r -> seen.add(r.getLong(0)))).isEqualTo(3);
            assertThat(seen).containsExactly(48L, 49L, 50L);
            assertThat(ring.lostBytes()).isEqualTo(47 * 1024);
            assertThat(ring.available()).isZero();
        }
    }

    @Test
    void withoutTheFeatureTheMapIsRefusedAsLinux618Does() throws Exception {
        try (Skep skep = Skep.create()) {
            assertThatThrownBy(() -> skep.load("ring_overwrite.bpf.o", object(), _ -> {}))
                    .isInstanceOf(InvalidMapException.class)
                    .hasMessageContaining("flags=0x80000");
        }
        assumeTrue(LinuxKernel.available().yes(), () -> LinuxKernel.available().reason());
        try (LinuxObject live = Linux.load("ring_overwrite.bpf.o", object())) {
            assertThat(live.programs()).as("a kernel from 6.19 on").isNotEmpty();
        } catch (LinuxException e) {
            assertThat(e.errno()).isEqualTo(22);
        }
    }
}
