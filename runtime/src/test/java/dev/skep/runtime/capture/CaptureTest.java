package dev.skep.runtime.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.object.ObjectFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CaptureTest {
    private static byte[] write(CaptureWriter.Format format, CaptureRecord... records) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CaptureWriter writer = new CaptureWriter(out, format)) {
            for (CaptureRecord r : records) {
                writer.write(r);
            }
        }
        return out.toByteArray();
    }

    private static CaptureRecord[] some() {
        return new CaptureRecord[] {
            CaptureRecord.ethernet(1_700_000_000_123_456_789L, new byte[] {1, 2, 3}),
            new CaptureRecord(1_700_000_001_000_000_001L, new byte[0], 60, 1),
            CaptureRecord.ethernet(0, new byte[1500])
        };
    }

    @ParameterizedTest
    @EnumSource(CaptureWriter.Format.class)
    void readsWhatItWrites(CaptureWriter.Format format) throws Exception {
        List<CaptureRecord> read = CaptureReader.readAll("x", write(format, some()));
        assertThat(read).usingRecursiveComparison().isEqualTo(List.of(some()));
        assertThat(CaptureReader.readAll("x", write(format))).isEmpty();
    }

    @Test
    void keepsLinkTypesApartInPcapNgOnly() throws Exception {
        CaptureRecord raw = new CaptureRecord(5, new byte[] {0x45}, 1, CaptureRecord.RAW_IP);
        byte[] bytes = write(CaptureWriter.Format.PCAPNG, some()[0], raw, some()[0]);
        assertThat(CaptureReader.readAll("x", bytes))
                .extracting(CaptureRecord::linkType)
                .containsExactly(1, 101, 1);
        assertThatThrownBy(() -> write(CaptureWriter.Format.PCAP, some()[0], raw))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void readsEveryPcapVariant(boolean little, boolean nanos) throws Exception {
        ByteBuffer b = ByteBuffer.allocate(24 + 16 + 2).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        b.putInt(nanos ? 0xa1b23c4d : 0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65535);
        b.putInt(1).putInt(7).putInt(500).putInt(2).putInt(64).put((byte) 8).put((byte) 9);
        List<CaptureRecord> all = CaptureReader.readAll("x", b.array());
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().timestampNanos()).isEqualTo(7_000_000_000L + (nanos ? 500 : 500_000));
        assertThat(all.getFirst().data()).containsExactly(8, 9);
        assertThat(all.getFirst().originalLength()).isEqualTo(64);
    }

    private static ByteBuffer section(boolean little, int size) {
        ByteBuffer b = ByteBuffer.allocate(size).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        b.putInt(0x0a0d0d0a)
                .putInt(28)
                .putInt(0x1a2b3c4d)
                .putShort((short) 1)
                .putShort((short) 0)
                .putLong(-1);
        return b.putInt(28);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void readsSimplePacketsAndSkipsUnknownBlocks(boolean little) throws Exception {
        ByteBuffer b = section(little, 28 + 20 + 16 + 20);
        b.putInt(1).putInt(20).putShort((short) 1).putShort((short) 0).putInt(3).putInt(20);
        b.putInt(0x0bad).putInt(16).putInt(0).putInt(16);
        b.putInt(3).putInt(20).putInt(5).put(new byte[] {1, 2, 3, 0}).putInt(20);
        List<CaptureRecord> all = CaptureReader.readAll("x", b.array());
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().data()).containsExactly(1, 2, 3);
        assertThat(all.getFirst().originalLength()).isEqualTo(5);
    }

    @Test
    void honoursClockResolutionAndOffset() throws Exception {
        ByteBuffer b = section(true, 28 + 44 + 36);
        b.putInt(1).putInt(44).putShort((short) 1).putShort((short) 0).putInt(0);
        b.putShort((short) 9).putShort((short) 1).putInt(0x80 | 10);
        b.putShort((short) 14).putShort((short) 8).putLong(1000).putInt(0).putInt(44);
        b.putInt(6)
                .putInt(36)
                .putInt(0)
                .putInt(0)
                .putInt(1024 + 512)
                .putInt(1)
                .putInt(1)
                .putInt(0x7f)
                .putInt(36);
        CaptureRecord r = CaptureReader.readAll("x", b.array()).getFirst();
        assertThat(r.timestampNanos()).isEqualTo(1_001_500_000_000L);
        assertThat(r.data()).containsExactly(0x7f);
    }

    @Test
    void namesTheBrokenRecord() throws Exception {
        byte[] bytes = write(CaptureWriter.Format.PCAP, some());
        byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length - 1);
        assertThatThrownBy(() -> CaptureReader.readAll("a.pcap", cut))
                .isInstanceOf(ObjectFormatException.class)
                .hasMessage("a.pcap: section record 3: offset 0x43: captured length must fit: length=1500 room=1499");
    }

    @Test
    void refusesOtherFiles() {
        for (String text : List.of("", "abc", "GET / HTTP/1.1\r\n")) {
            assertThatThrownBy(() -> CaptureReader.readAll("x", text.getBytes()))
                    .isInstanceOf(ObjectFormatException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(CaptureWriter.Format.class)
    void survivesDamagedFiles(CaptureWriter.Format format) throws Exception {
        byte[] good = write(format, some());
        Random random = new Random(format.ordinal());
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : 140);
            for (int k = random.nextInt(4); k > 0 && bad.length > 0; k--) {
                bad[random.nextInt(Math.min(bad.length, 130))] =
                        random.nextBoolean() ? (byte) random.nextInt() : (byte) -1;
            }
            try {
                CaptureReader.readAll("x", bad);
            } catch (ObjectFormatException _) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
