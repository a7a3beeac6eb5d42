package dev.skep.runtime.ring;

import dev.skep.runtime.memory.SlabAccess;
import java.lang.foreign.MemorySegment;

/** One record while its handler runs. Reused for the next one: copy what must outlive the call. */
public final class RingRecord {
    private final MemorySegment memory;
    long address;
    int size;

    RingRecord(MemorySegment memory) {
        this.memory = memory;
    }

    /** Program address of the payload. */
    public long address() {
        return address;
    }

    /** Bytes of the payload. */
    public int size() {
        return size;
    }

    /** The payload itself; valid while the handler runs. */
    public MemorySegment segment() {
        return SlabAccess.slice(memory, address, size);
    }

    /** A copy of the payload. */
    public byte[] toByteArray() {
        byte[] bytes = new byte[size];
        SlabAccess.get(memory, address, bytes, 0, size);
        return bytes;
    }

    /** The little-endian int at an offset of the payload. */
    public int getInt(int offset) {
        java.util.Objects.checkFromIndexSize(offset, 4, size);
        return (int) SlabAccess.load32(memory, address + offset);
    }

    /** The little-endian long at an offset of the payload. */
    public long getLong(int offset) {
        java.util.Objects.checkFromIndexSize(offset, 8, size);
        return SlabAccess.load64(memory, address + offset);
    }
}
