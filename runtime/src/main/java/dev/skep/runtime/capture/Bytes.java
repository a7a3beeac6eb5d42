package dev.skep.runtime.capture;

import dev.skep.object.ObjectFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A file's bytes with the byte order of its writer. Offsets are checked by the caller with {@link #require}. */
final class Bytes {
    private final String name;
    private final MemorySegment data;
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private boolean little = true;
    private int record;

    Bytes(String name, MemorySegment data) {
        this.name = name;
        this.data = data;
    }

    void order(ByteOrder newOrder) {
        little = newOrder == ByteOrder.LITTLE_ENDIAN;
    }

    boolean isLittle() {
        return little;
    }

    /** Begins the next record. */
    void countRecord() {
        record++;
    }

    long size() {
        return data.byteSize();
    }

    int u16(long offset) {
        short v = data.get(I16, offset);
        return (little ? v : Short.reverseBytes(v)) & 0xffff;
    }

    int u32(long offset) {
        int v = data.get(I32, offset);
        return little ? v : Integer.reverseBytes(v);
    }

    int u8(long offset) {
        return data.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    MemorySegment segment() {
        return data;
    }

    /** Throws unless there are {@code length} bytes at {@code offset}. */
    void require(long offset, long length, String what) throws ObjectFormatException {
        if (length < 0 || offset > size() || length > size() - offset) {
            throw error(offset, what + " must lie in the file: need=" + length + " left=" + (size() - offset));
        }
    }

    /** The captured length, believed. */
    int captured(int length, long offset, long room) throws ObjectFormatException {
        if (length < 0 || length > CaptureReader.MAX_RECORD || length > room) {
            throw error(
                    offset, "captured length must fit: length=" + Integer.toUnsignedString(length) + " room=" + room);
        }
        return length;
    }

    ObjectFormatException error(long offset, String rule) {
        return new ObjectFormatException(name, record == 0 ? "" : "record " + record, offset, rule);
    }
}
