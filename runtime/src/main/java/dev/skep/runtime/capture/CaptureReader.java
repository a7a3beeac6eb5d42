package dev.skep.runtime.capture;

import dev.skep.object.ObjectFormatException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a capture, record by record, whichever of the two formats it has.
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} for anything that is not a whole, consistent capture; its section
 * is {@code record N}, counted from 1, its offset that in the file. Nothing else is thrown, whatever the bytes are.
 */
public sealed interface CaptureReader permits PcapReader, PcapNgReader {
    /** The longest record that is believed. */
    int MAX_RECORD = 256 << 20;

    /**
     * Goes to the next packet; false after the last. Allocates nothing: the methods below tell of it until the next
     * call.
     */
    boolean advance() throws ObjectFormatException;

    /** All of the file. */
    MemorySegment file();

    /** Where the packet's bytes start in {@link #file}. */
    long offset();

    /** Bytes captured. */
    int length();

    /** Nanoseconds since 1970; 0 when the file does not say. */
    long timestampNanos();

    /** Bytes that the packet had on the wire. */
    int originalLength();

    /** Link layer, see {@link CaptureRecord#linkType}. */
    int linkType();

    /** The next record, copied; null after the last. */
    default CaptureRecord next() throws ObjectFormatException {
        return advance()
                ? new CaptureRecord(
                        timestampNanos(),
                        file().asSlice(offset(), length()).toArray(ValueLayout.JAVA_BYTE),
                        originalLength(),
                        linkType())
                : null;
    }

    /**
     * Starts to read.
     *
     * @param name of the file, for messages
     * @param bytes all of the file; read as records are asked for
     */
    static CaptureReader open(String name, MemorySegment bytes) throws ObjectFormatException {
        if (bytes.byteSize() < 4) {
            throw new ObjectFormatException(
                    name, "", 0, "capture must start with a magic number: length=" + bytes.byteSize());
        }
        Bytes in = new Bytes(name, bytes);
        int magic = in.u32(0);
        return magic == PcapNgReader.SECTION_HEADER ? new PcapNgReader(in) : new PcapReader(in, magic);
    }

    /** Reads a whole capture. */
    static List<CaptureRecord> readAll(String name, byte[] bytes) throws ObjectFormatException {
        CaptureReader reader = open(name, MemorySegment.ofArray(bytes));
        List<CaptureRecord> all = new ArrayList<>();
        for (CaptureRecord r = reader.next(); r != null; r = reader.next()) {
            all.add(r);
        }
        return all;
    }
}
