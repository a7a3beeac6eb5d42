package dev.skep.runtime.memory;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Loads, stores and atomics at program addresses. Everything that touches program memory goes through here, the
 * interpreter and generated code alike.
 *
 * <p><em>Shape</em>: {@code memory} is {@link Slab#memory()}, whose first byte has address {@link Slab#NULL_PAGE}. The
 * bias turns the null page into negative offsets, so one unsigned bounds check covers null pointers, wild pointers and
 * the slab's end. Little-endian on every host. Plain accesses need no alignment, atomic ones do.
 *
 * <p><em>Errors</em>: {@link IndexOutOfBoundsException} outside the slab, {@link IllegalArgumentException} for a
 * misaligned atomic access; the engines turn both into {@link MemoryFault}.
 */
public final class SlabAccess {
    private static final long BIAS = Slab.NULL_PAGE;

    private static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT.withOrder(LITTLE_ENDIAN).varHandle();
    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(LITTLE_ENDIAN).varHandle();

    private SlabAccess() {}

    /** Zero-extended byte. */
    public static long load8(MemorySegment memory, long address) {
        return memory.get(I8, address - BIAS) & 0xff;
    }

    /** Zero-extended 16 bits. */
    public static long load16(MemorySegment memory, long address) {
        return memory.get(I16, address - BIAS) & 0xffff;
    }

    /** Zero-extended 32 bits. */
    public static long load32(MemorySegment memory, long address) {
        return memory.get(I32, address - BIAS) & 0xffff_ffffL;
    }

    public static long load64(MemorySegment memory, long address) {
        return memory.get(I64, address - BIAS);
    }

    /** Sign-extended byte. */
    public static long loadSigned8(MemorySegment memory, long address) {
        return memory.get(I8, address - BIAS);
    }

    /** Sign-extended 16 bits. */
    public static long loadSigned16(MemorySegment memory, long address) {
        return memory.get(I16, address - BIAS);
    }

    /** Sign-extended 32 bits. */
    public static long loadSigned32(MemorySegment memory, long address) {
        return memory.get(I32, address - BIAS);
    }

    public static void store8(MemorySegment memory, long address, long value) {
        memory.set(I8, address - BIAS, (byte) value);
    }

    public static void store16(MemorySegment memory, long address, long value) {
        memory.set(I16, address - BIAS, (short) value);
    }

    public static void store32(MemorySegment memory, long address, long value) {
        memory.set(I32, address - BIAS, (int) value);
    }

    public static void store64(MemorySegment memory, long address, long value) {
        memory.set(I64, address - BIAS, value);
    }

    /** Copies with memmove semantics: the two ranges may overlap. */
    public static void copy(MemorySegment memory, long from, long to, long bytes) {
        if (bytes >= 8 && bytes <= 32) {
            copyWords(memory, from, to, bytes);
        } else {
            MemorySegment.copy(memory, from - BIAS, memory, to - BIAS, bytes);
        }
    }

    /** 8 to 32 bytes: all words are read before any is written; the last ones overlap those before. */
    private static void copyWords(MemorySegment memory, long from, long to, long bytes) {
        long first = load64(memory, from);
        long last = load64(memory, from + bytes - 8);
        if (bytes > 16) {
            long second = load64(memory, from + 8);
            long third = load64(memory, from + bytes - 16);
            store64(memory, to + bytes - 16, third);
            store64(memory, to + 8, second);
        }
        store64(memory, to + bytes - 8, last);
        store64(memory, to, first);
    }

    /** Copies between a heap array and program memory. */
    public static void get(MemorySegment memory, long from, byte[] to, int at, int bytes) {
        MemorySegment.copy(memory, I8, from - BIAS, to, at, bytes);
    }

    /** Copies bytes of another segment into memory. */
    public static void put(MemorySegment memory, long to, MemorySegment from, long at, long bytes) {
        MemorySegment.copy(from, at, memory, to - BIAS, bytes);
    }

    /** Copies memory into another segment. */
    public static void get(MemorySegment memory, long from, MemorySegment to, long at, long bytes) {
        MemorySegment.copy(memory, from - BIAS, to, at, bytes);
    }

    /** Copies a heap array into program memory. */
    public static void put(MemorySegment memory, long to, byte[] from, int at, int bytes) {
        MemorySegment.copy(from, at, memory, I8, to - BIAS, bytes);
    }

    /** The bytes at an address as a segment of their own; shares the memory. */
    public static MemorySegment slice(MemorySegment memory, long address, long bytes) {
        return memory.asSlice(address - BIAS, bytes);
    }

    /** Sets {@code bytes} bytes to {@code value}. No object survives the call. */
    public static void fill(MemorySegment memory, long address, long bytes, byte value) {
        if (bytes <= 64) {
            long word = (value & 0xffL) * 0x0101_0101_0101_0101L;
            long i = 0;
            for (; i + 8 <= bytes; i += 8) {
                store64(memory, address + i, word);
            }
            for (; i < bytes; i++) {
                store8(memory, address + i, value);
            }
            return;
        }
        memory.asSlice(address - BIAS, bytes).fill(value);
    }

    /** True when the two ranges hold the same bytes. */
    public static boolean same(MemorySegment memory, long a, long b, long bytes) {
        long i = 0;
        for (; i + 8 <= bytes; i += 8) {
            if (load64(memory, a + i) != load64(memory, b + i)) {
                return false;
            }
        }
        if (bytes >= 8) {
            return load64(memory, a + bytes - 8) == load64(memory, b + bytes - 8);
        }
        for (; i < bytes; i++) {
            if (load8(memory, a + i) != load8(memory, b + i)) {
                return false;
            }
        }
        return true;
    }

    public static long loadAcquire8(MemorySegment memory, long address) {
        return (byte) BYTE.getAcquire(memory, address - BIAS) & 0xff;
    }

    public static long loadAcquire16(MemorySegment memory, long address) {
        return (short) SHORT.getAcquire(memory, address - BIAS) & 0xffff;
    }

    public static long loadAcquire32(MemorySegment memory, long address) {
        return (int) INT.getAcquire(memory, address - BIAS) & 0xffff_ffffL;
    }

    public static long loadAcquire64(MemorySegment memory, long address) {
        return (long) LONG.getAcquire(memory, address - BIAS);
    }

    public static void storeRelease8(MemorySegment memory, long address, long value) {
        BYTE.setRelease(memory, address - BIAS, (byte) value);
    }

    public static void storeRelease16(MemorySegment memory, long address, long value) {
        SHORT.setRelease(memory, address - BIAS, (short) value);
    }

    public static void storeRelease32(MemorySegment memory, long address, long value) {
        INT.setRelease(memory, address - BIAS, (int) value);
    }

    public static void storeRelease64(MemorySegment memory, long address, long value) {
        LONG.setRelease(memory, address - BIAS, value);
    }

    public static long getAndAdd32(MemorySegment memory, long address, long value) {
        return (int) INT.getAndAdd(memory, address - BIAS, (int) value) & 0xffff_ffffL;
    }

    public static long getAndAdd64(MemorySegment memory, long address, long value) {
        return (long) LONG.getAndAdd(memory, address - BIAS, value);
    }

    public static long getAndOr32(MemorySegment memory, long address, long value) {
        return (int) INT.getAndBitwiseOr(memory, address - BIAS, (int) value) & 0xffff_ffffL;
    }

    public static long getAndOr64(MemorySegment memory, long address, long value) {
        return (long) LONG.getAndBitwiseOr(memory, address - BIAS, value);
    }

    public static long getAndAnd32(MemorySegment memory, long address, long value) {
        return (int) INT.getAndBitwiseAnd(memory, address - BIAS, (int) value) & 0xffff_ffffL;
    }

    public static long getAndAnd64(MemorySegment memory, long address, long value) {
        return (long) LONG.getAndBitwiseAnd(memory, address - BIAS, value);
    }

    public static long getAndXor32(MemorySegment memory, long address, long value) {
        return (int) INT.getAndBitwiseXor(memory, address - BIAS, (int) value) & 0xffff_ffffL;
    }

    public static long getAndXor64(MemorySegment memory, long address, long value) {
        return (long) LONG.getAndBitwiseXor(memory, address - BIAS, value);
    }

    public static long exchange32(MemorySegment memory, long address, long value) {
        return (int) INT.getAndSet(memory, address - BIAS, (int) value) & 0xffff_ffffL;
    }

    public static long exchange64(MemorySegment memory, long address, long value) {
        return (long) LONG.getAndSet(memory, address - BIAS, value);
    }

    /** Returns the old value; the new one is stored when the old equals {@code expected}. */
    public static long compareExchange32(MemorySegment memory, long address, long expected, long value) {
        return (int) INT.compareAndExchange(memory, address - BIAS, (int) expected, (int) value) & 0xffff_ffffL;
    }

    /** Returns the old value; the new one is stored when the old equals {@code expected}. */
    public static long compareExchange64(MemorySegment memory, long address, long expected, long value) {
        return (long) LONG.compareAndExchange(memory, address - BIAS, expected, value);
    }
}
