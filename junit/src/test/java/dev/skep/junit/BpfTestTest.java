package dev.skep.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.BpfObject;
import dev.skep.XdpProgram;
import dev.skep.XdpResult;
import org.junit.jupiter.api.Test;

@BpfTest("../examples/tcp-options/tcp_options.bpf.o")
class BpfTestTest {
    private static byte[] syn(int... options) {
        byte[] packet = new byte[14 + 20 + 20 + options.length];
        packet[12] = 8;
        packet[14] = 0x45;
        packet[23] = 6;
        packet[46] = (byte) ((20 + options.length) / 4 << 4);
        packet[47] = 2;
        for (int i = 0; i < options.length; i++) {
            packet[54 + i] = (byte) options[i];
        }
        return packet;
    }

    @Test
    void givesAProgramToRun(@Program("tcp_options") XdpProgram program, BpfObject object) {
        assertThat(program.run(syn(2, 4, 5, 180)).action()).isEqualTo(XdpResult.Action.PASS);
        assertThat(object.global("segments").asLong()).isEqualTo(1);
        assertThat(object.ringBuffer("events").consume(r -> assertThat(r.size()).isEqualTo(20)))
                .isEqualTo(1);
        assertThat(object.map("option_kinds", Integer.class, Long.class).get(2)).contains(1L);
    }

    @Test
    void givesEachTestAnObjectOfItsOwn(BpfObject object) {
        assertThat(object.global("segments").asLong()).isZero();
    }
}
