package dev.skep.runtime.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a capture, little-endian, with nanosecond time stamps. The header is written with the first record, or when closing.
 *
 * <p><em>Errors</em>: {@link IOException} of the stream; {@link IllegalArgumentException} when a pcap file, which has one link type, is
 * given records of two.
 */
public final class CaptureWriter implements AutoCloseable {
    private static final int SNAP_LENGTH = 262_144;

    /** The file formats. */
    public enum Format {
        PCAP,
        PCAPNG
    }

    private final OutputStream out;
    private final Format format;
    private final List<Integer> linkTypes = new ArrayList<>();
    private boolean started;

    /** Closing this closes the stream. */
    public CaptureWriter(OutputStream out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** Appends one record. */
    public void write(CaptureRecord record) throws IOException {
        start(record.linkType());
        if (format == Format.PCAP) {
            pcap(record);
        } else {
            pcapNg(record);
        }
    }

    private void start(int linkType) throws IOException {
        if (started) {
            return;
        }
        started = true;
        if (format == Format.PCAP) {
            linkTypes.add(linkType);
            ByteBuffer b = buffer(PcapReader.HEADER);
            b.putInt(PcapReader.NANOS).putShort((short) 2).putShort((short) 4).putLong(0);
            out.write(b.putInt(SNAP_LENGTH).putInt(linkType).array());
        } else {
            ByteBuffer b = buffer(28).putInt(PcapNgReader.SECTION_HEADER).putInt(28);
            b.putInt(PcapNgReader.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
            out.write(b.putInt(28).array());
        }
    }

    private void pcap(CaptureRecord r) throws IOException {
        if (r.linkType() != linkTypes.getFirst()) {
            throw new IllegalArgumentException("records of a pcap file must have one link type: first="
                    + linkTypes.getFirst() + " this=" + r.linkType());
        }
        ByteBuffer b = buffer(PcapReader.RECORD_HEADER);
        b.putInt((int) Math.floorDiv(r.timestampNanos(), 1_000_000_000L));
        b.putInt((int) Math.floorMod(r.timestampNanos(), 1_000_000_000L));
        out.write(b.putInt(r.data().length).putInt(r.originalLength()).array());
        out.write(r.data());
    }

    private void pcapNg(CaptureRecord r) throws IOException {
        int index = linkTypes.indexOf(r.linkType());
        if (index < 0) {
            index = linkTypes.size();
            linkTypes.add(r.linkType());
            ByteBuffer b = buffer(32).putInt(PcapNgReader.INTERFACE).putInt(32);
            b.putShort((short) r.linkType()).putShort((short) 0).putInt(SNAP_LENGTH);
            b.putShort((short) 9).putShort((short) 1).putInt(9).putInt(0);
            out.write(b.putInt(32).array());
        }
        int padded = r.data().length + 3 & -4;
        int total = 32 + padded;
        ByteBuffer b = buffer(total).putInt(PcapNgReader.ENHANCED_PACKET).putInt(total).putInt(index);
        b.putInt((int) (r.timestampNanos() >>> 32)).putInt((int) r.timestampNanos());
        b.putInt(r.data().length).putInt(r.originalLength()).put(r.data());
        out.write(b.putInt(total - 4, total).array());
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            start(CaptureRecord.ETHERNET);
        }
    }
}
