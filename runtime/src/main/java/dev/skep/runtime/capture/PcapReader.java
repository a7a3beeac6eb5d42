package dev.skep.runtime.capture;

import dev.skep.object.ObjectFormatException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The classic format: a 24-byte header, then {@code u32 seconds, u32 fraction, u32 captured, u32 original} and the
 * bytes, for each packet. The magic number says byte order and whether fractions are micro- or nanoseconds.
 *
 * <p><em>Source</em>: draft-ietf-opsawg-pcap.
 */
final class PcapReader implements CaptureReader {
    static final int MICROS = 0xa1b2c3d4;
    static final int NANOS = 0xa1b23c4d;
    static final int HEADER = 24;
    static final int RECORD_HEADER = 16;

    private final Bytes in;
    private final boolean nanos;
    private final int linkType;
    private long at = HEADER;
    private long offset;
    private int length;
    private long timestampNanos;
    private int originalLength;

    PcapReader(Bytes in, int magic) throws ObjectFormatException {
        this.in = in;
        int swapped = Integer.reverseBytes(magic);
        if (magic != MICROS && magic != NANOS && swapped != MICROS && swapped != NANOS) {
            throw in.error(0, "magic number must be that of pcap or pcapng: magic=0x" + Integer.toHexString(magic));
        }
        boolean little = magic == MICROS || magic == NANOS;
        in.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        nanos = magic == NANOS || swapped == NANOS;
        in.require(0, HEADER, "header");
        if (in.u16(4) != 2) {
            throw in.error(4, "major version must be 2: version=" + in.u16(4));
        }
        linkType = in.u32(20) & 0xffff;
    }

    @Override
    public boolean advance() throws ObjectFormatException {
        if (at == in.size()) {
            return false;
        }
        in.countRecord();
        in.require(at, RECORD_HEADER, "record header");
        long seconds = in.u32(at) & 0xffff_ffffL;
        long fraction = in.u32(at + 4) & 0xffff_ffffL;
        offset = at + RECORD_HEADER;
        length = in.captured(in.u32(at + 8), at + 8, in.size() - offset);
        originalLength = in.u32(at + 12);
        at = offset + length;
        timestampNanos = seconds * 1_000_000_000L + (nanos ? fraction : fraction * 1000);
        return true;
    }

    @Override
    public MemorySegment file() {
        return in.segment();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long timestampNanos() {
        return timestampNanos;
    }

    @Override
    public int originalLength() {
        return originalLength;
    }

    @Override
    public int linkType() {
        return linkType;
    }
}
