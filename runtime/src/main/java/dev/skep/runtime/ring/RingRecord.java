package dev.skep.runtime.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/** One record while its handler runs. Reused for the next one: copy what must outlive the call. */
public final class RingRecord {
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private MemorySegment memory;
    private long at;
    private int size;
    private long addressBase;

    /**
     * A record that lies in {@code memory}.
     *
     * @param addressBase address of the memory's first byte
     */
    RingRecord(MemorySegment memory, long addressBase) {
        this.memory = memory;
        this.addressBase = addressBase;
    }

    /** Goes on to the payload at an offset of the memory. */
    void move(long newAt, int newSize) {
        at = newAt;
        size = newSize;
    }

    /** Goes on to a payload that was copied to other memory. */
    void copied(MemorySegment newMemory, int newSize, long address) {
        memory = newMemory;
        addressBase = address;
        move(0, newSize);
    }

    /** Where the payload lies in the ring: the program's address of it, or this process's for a ring of the kernel. */
    public long address() {
        return addressBase + at;
    }

    /** Bytes of the payload. */
    public int size() {
        return size;
    }

    /** The payload itself, read-only; valid while the handler runs. */
    public MemorySegment segment() {
        return memory.asSlice(at, size).asReadOnly();
    }

    /** A copy of the payload. */
    public byte[] toByteArray() {
        byte[] bytes = new byte[size];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, bytes, 0, size);
        return bytes;
    }

    /** The little-endian int at an offset of the payload. */
    public int getInt(int offset) {
        Objects.checkFromIndexSize(offset, 4, size);
        return memory.get(I32, at + offset);
    }

    /** The little-endian long at an offset of the payload. */
    public long getLong(int offset) {
        Objects.checkFromIndexSize(offset, 8, size);
        return memory.get(I64, at + offset);
    }
}
