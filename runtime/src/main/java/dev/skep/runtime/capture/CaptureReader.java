package dev.skep.runtime.capture;

import dev.skep.object.ObjectFormatException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a capture, record by record, whichever of the two formats it has.
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} for anything that is not a whole, consistent capture; its section is {@code record N},
 * counted from 1, its offset that in the file. Nothing else is thrown, whatever the bytes are.
 */
public sealed interface CaptureReader permits PcapReader, PcapNgReader {
    /** The longest record that is believed. */
    int MAX_RECORD = 256 << 20;

    /** The next record; null after the last. */
    CaptureRecord next() throws ObjectFormatException;

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
