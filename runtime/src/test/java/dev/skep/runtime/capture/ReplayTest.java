package dev.skep.runtime.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.skep.runtime.Machine;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a capture straight into a packet buffer and out again. */
class ReplayTest {
    private final Machine machine = Machine.create();

    @AfterEach
    void close() {
        machine.close();
    }

    private static byte[] capture(CaptureWriter.Format format, int packets, int most) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Random random = new Random(packets);
        try (CaptureWriter writer = new CaptureWriter(out, format)) {
            for (int i = 0; i < packets; i++) {
                byte[] data = new byte[14 + random.nextInt(most - 13)];
                random.nextBytes(data);
                writer.write(CaptureRecord.ethernet(1_700_000_000_000_000_000L + i * 1000L, data));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(CaptureWriter.Format.class)
    void leavesEveryPacketAsItWas(CaptureWriter.Format format) throws Exception {
        byte[] before = capture(format, 200, 9000);
        ByteArrayOutputStream xdpOut = new ByteArrayOutputStream();
        ByteArrayOutputStream skbOut = new ByteArrayOutputStream();
        try (XdpBuffer xdp = machine.newXdpBuffer();
                SkbBuffer skb = machine.newSkbBuffer();
                CaptureWriter xdpWriter = new CaptureWriter(xdpOut, format);
                CaptureWriter skbWriter = new CaptureWriter(skbOut, format)) {
            CaptureReader reader = CaptureReader.open("before", MemorySegment.ofArray(before));
            while (reader.advance()) {
                xdp.load(reader.file(), reader.offset(), reader.length());
                xdpWriter.write(reader.timestampNanos(), xdp);
                skb.load(reader.file(), reader.offset(), reader.length(), false);
                skbWriter.write(reader.timestampNanos(), skb);
            }
        }
        assertThat(xdpOut.toByteArray()).isEqualTo(before);
        assertThat(skbOut.toByteArray())
                .as("the Ethernet header that the program does not see is there")
                .isEqualTo(before);
    }

    @Test
    void loadsFromASegmentWhatItLoadsFromAnArray() {
        byte[] packet = new byte[5000];
        new Random(1).nextBytes(packet);
        try (XdpBuffer a = machine.newXdpBuffer();
                XdpBuffer b = machine.newXdpBuffer()) {
            a.load(packet);
            b.load(MemorySegment.ofArray(packet), 0, packet.length);
            assertThat(b.toByteArray()).isEqualTo(a.toByteArray()).isEqualTo(packet);
            assertThat(b.fragments()).isEqualTo(a.fragments()).isEqualTo(1);
            assertThatThrownBy(() -> b.load(MemorySegment.ofArray(packet), 4990, 20))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void allocatesNothingPerPacket() throws Exception {
        byte[] file = capture(CaptureWriter.Format.PCAP, 2000, 200);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (XdpBuffer xdp = machine.newXdpBuffer();
                CaptureWriter writer = new CaptureWriter(new Nowhere(), CaptureWriter.Format.PCAP)) {
            for (int round = 0; round < 50; round++) {
                replay(file, xdp, writer);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            int packets = replay(file, xdp, writer) + replay(file, xdp, writer);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(bytes).as("for %d packets", packets).isLessThan(packets);
        }
    }

    private static int replay(byte[] file, PacketBuffer buffer, CaptureWriter writer) throws Exception {
        CaptureReader reader = CaptureReader.open("memory", MemorySegment.ofArray(file));
        int packets = 0;
        while (reader.advance()) {
            ((XdpBuffer) buffer).load(reader.file(), reader.offset(), reader.length());
            writer.write(reader.timestampNanos(), buffer);
            packets++;
        }
        return packets;
    }

    /** Takes everything and keeps nothing. */
    private static final class Nowhere implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int bytes = source.remaining();
            source.position(source.limit());
            return bytes;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
