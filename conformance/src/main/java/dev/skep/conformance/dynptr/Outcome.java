package dev.skep.conformance.dynptr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * All that one run leaves behind.
 *
 * @param value R0, 32 bits
 * @param results the value of {@link Subject#RESULTS}
 * @param area that of {@link Subject#AREA}
 * @param buffer that of {@link Subject#BUFFER}
 * @param packet the packet afterwards; empty where there is none
 * @param records what the ring holds
 * @param samples what the user ring's memory holds, for as many bytes as were written before the run
 */
public record Outcome(
        int value, byte[] results, byte[] area, byte[] buffer, byte[] packet, List<byte[]> records, byte[] samples) {
    /** The first {@code count} results. */
    public long[] numbers(int count) {
        ByteBuffer b = ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
            out[i] = b.getLong();
        }
        return out;
    }

    /** What differs from another outcome, in words; empty if nothing does. */
    public String difference(Outcome other) {
        if (value != other.value) {
            return "r0: " + value + " and " + other.value;
        }
        int at = Arrays.mismatch(results, other.results);
        if (at >= 0) {
            int i = at / 8;
            return "result " + i + ": " + numbers(i + 1)[i] + " and " + other.numbers(i + 1)[i];
        }
        String bytes = bytes("area", area, other.area)
                + bytes("buffer", buffer, other.buffer)
                + bytes("packet", packet, other.packet)
                + bytes("samples", samples, other.samples);
        if (!bytes.isEmpty() || records.size() != other.records.size()) {
            return bytes.isEmpty() ? "records: " + records.size() + " and " + other.records.size() : bytes;
        }
        for (int i = 0; i < records.size(); i++) {
            String record = bytes("record " + i, records.get(i), other.records.get(i));
            if (!record.isEmpty()) {
                return record;
            }
        }
        return "";
    }

    private static String bytes(String what, byte[] a, byte[] b) {
        int at = Arrays.mismatch(a, b);
        return at < 0
                ? ""
                : what + " of " + a.length + " and " + b.length + " bytes, at " + at + ": " + hex(a, at) + " and "
                        + hex(b, at) + "; ";
    }

    private static String hex(byte[] bytes, int at) {
        return HexFormat.of().formatHex(bytes, Math.min(at, bytes.length), Math.min(at + 8, bytes.length));
    }
}
