package dev.skep.runtime.capture;

import dev.skep.runtime.packet.PacketBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a capture, little-endian, with nanosecond time stamps. The header is written with the first record, or when
 * closing. Records are gathered in one buffer; writing one allocates nothing.
 *
 * <p><em>Errors</em>: {@link IOException} of the channel; {@link IllegalArgumentException} when a pcap file, which has
 * one link type, is given records of two.
 */
public final class CaptureWriter implements AutoCloseable {
    private static final int SNAP_LENGTH = 262_144;
    private static final int BUFFER_BYTES = 1 << 20;
    /** Bytes of a record that are not the packet's, at most. */
    private static final int FRAMING = 40;

    /** The file formats. */
    public enum Format {
        PCAP,
        PCAPNG
    }

    private final WritableByteChannel out;
    private final Format format;
    private final List<Integer> linkTypes = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private MemorySegment segment = MemorySegment.ofBuffer(buffer);
    private boolean started;

    /** Closing this closes the channel. */
    public CaptureWriter(WritableByteChannel out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** Closing this closes the stream. */
    public CaptureWriter(OutputStream out, Format format) {
        this(Channels.newChannel(out), format);
    }

    /** Appends one record. */
    public void write(CaptureRecord record) throws IOException {
        int length = record.data().length;
        head(record.timestampNanos(), length, record.originalLength(), record.linkType());
        buffer.put(record.data());
        tail(length);
    }

    /** Appends a packet as it is now, from its Ethernet header on. */
    public void write(long timestampNanos, PacketBuffer packet) throws IOException {
        int length = packet.frameLength();
        head(timestampNanos, length, length, CaptureRecord.ETHERNET);
        packet.copyFrame(segment, buffer.position());
        buffer.position(buffer.position() + length);
        tail(length);
    }

    private void head(long nanos, int length, int originalLength, int linkType) throws IOException {
        start(linkType);
        int index = format == Format.PCAP ? onlyType(linkType) : interfaceOf(linkType);
        room(length + FRAMING);
        if (format == Format.PCAP) {
            buffer.putInt((int) Math.floorDiv(nanos, 1_000_000_000L))
                    .putInt((int) Math.floorMod(nanos, 1_000_000_000L));
        } else {
            buffer.putInt(PcapNgReader.ENHANCED_PACKET).putInt(total(length)).putInt(index);
            buffer.putInt((int) (nanos >>> 32)).putInt((int) nanos);
        }
        buffer.putInt(length).putInt(originalLength);
    }

    private void tail(int length) {
        if (format == Format.PCAPNG) {
            for (int i = length; i % 4 != 0; i++) {
                buffer.put((byte) 0);
            }
            buffer.putInt(total(length));
        }
    }

    private static int total(int length) {
        return 32 + (length + 3 & -4);
    }

    private void start(int linkType) throws IOException {
        if (started) {
            return;
        }
        started = true;
        if (format == Format.PCAP) {
            linkTypes.add(linkType);
            buffer.putInt(PcapReader.NANOS)
                    .putShort((short) 2)
                    .putShort((short) 4)
                    .putLong(0);
            buffer.putInt(SNAP_LENGTH).putInt(linkType);
        } else {
            buffer.putInt(PcapNgReader.SECTION_HEADER).putInt(28);
            buffer.putInt(PcapNgReader.BYTE_ORDER_MAGIC)
                    .putShort((short) 1)
                    .putShort((short) 0)
                    .putLong(-1)
                    .putInt(28);
        }
    }

    private int onlyType(int linkType) {
        if (linkType != linkTypes.getFirst()) {
            throw new IllegalArgumentException("records of a pcap file must have one link type: first="
                    + linkTypes.getFirst() + " this=" + linkType);
        }
        return 0;
    }

    private int interfaceOf(int linkType) throws IOException {
        int index = linkTypes.indexOf(linkType);
        if (index < 0) {
            index = linkTypes.size();
            linkTypes.add(linkType);
            room(32);
            buffer.putInt(PcapNgReader.INTERFACE).putInt(32);
            buffer.putShort((short) linkType).putShort((short) 0).putInt(SNAP_LENGTH);
            buffer.putShort((short) 9).putShort((short) 1).putInt(9).putInt(0).putInt(32);
        }
        return index;
    }

    /** Makes sure that so many bytes fit the buffer. */
    private void room(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        flush();
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
            segment = MemorySegment.ofBuffer(buffer);
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            start(CaptureRecord.ETHERNET);
            flush();
        }
    }
}
