package dev.skep.object.btf;

import dev.skep.object.ObjectFormatException;
import java.util.Arrays;

/**
 * Bytes to {@link Btf}: the contents of a {@code .BTF} section or of a file below {@code /sys/kernel/btf}.
 *
 * <ol>
 *   <li>Check the header and the string section.
 *   <li>Walk the types once: every kind known, every name and type id in range.
 *   <li>Check that no type contains itself by value ({@link BtfCycles}).
 * </ol>
 *
 * Types are decoded later, when asked for.
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} with section {@code .BTF} and the offset in it.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/btf.rst.
 */
public final class BtfReader {
    private static final int MAGIC = 0xeb9f;
    private static final int SWAPPED_MAGIC = 0x9feb;
    private static final int HEADER = 24;
    /**
     * Names may share bytes. Where all are shorter than this, their total is bounded by the number of references alone.
     */
    private static final int ORDINARY_NAME = 512;

    private static final int NAME_BUDGET = 64;

    private final String name;
    private final byte[] bytes;
    private final BtfBytes base;
    private BtfBytes out;
    private boolean measureNames;
    private long nameBudget;

    private BtfReader(String name, byte[] bytes, BtfBytes base) {
        this.name = name;
        this.bytes = bytes;
        this.base = base;
    }

    /**
     * Reads a set of types; {@code bytes} must not change afterwards.
     *
     * @param name name of the file, for messages
     * @param base what split BTF builds on, null for none; must itself come from this class
     */
    public static Btf read(String name, byte[] bytes, Btf base) throws ObjectFormatException {
        if (base != null && base.bytes() == null) {
            throw new IllegalArgumentException("the base of split BTF must have been read from bytes");
        }
        BtfBytes checked = new BtfReader(name, bytes, base == null ? null : base.bytes()).check();
        return new Btf(base, checked);
    }

    private BtfBytes check() throws ObjectFormatException {
        require(bytes.length >= HEADER, 0, "BTF must have a header of 24 bytes", "length", bytes.length);
        int magic = bytes[0] & 0xff | (bytes[1] & 0xff) << 8;
        boolean little = magic == MAGIC;
        require(little || magic == SWAPPED_MAGIC, 0, "BTF must begin with the magic 0xeb9f", "magic", magic);
        require(bytes[2] == 1, 2, "BTF version must be 1", "version", bytes[2]);
        BtfBytes header = new BtfBytes(bytes, little, null, 1, new int[0], 0, 0);
        int headerLength = header.word(4);
        int typeOffset = header.word(8);
        int typeLength = header.word(12);
        int stringOffset = header.word(16);
        int stringLength = header.word(20);
        require(
                headerLength >= HEADER && headerLength <= bytes.length,
                4,
                "header must lie in the section",
                "hdr_len",
                headerLength);
        int body = bytes.length - headerLength;
        require(
                typeOffset >= 0
                        && typeLength >= 0
                        && typeOffset <= body
                        && typeLength <= body - typeOffset
                        && typeOffset % 4 == 0,
                8,
                "types must lie in the section",
                "type_off",
                typeOffset);
        require(
                stringOffset >= 0 && stringLength >= 0 && stringOffset <= body && stringLength <= body - stringOffset,
                16,
                "strings must lie in the section",
                "str_off",
                stringOffset);
        require(
                stringOffset >= typeOffset + typeLength || typeOffset >= stringOffset + stringLength,
                16,
                "strings and types must not overlap",
                "str_off",
                stringOffset);
        int strings = headerLength + stringOffset;
        require(stringLength > 0 || base != null, 20, "strings must not be empty", "str_len", stringLength);
        if (stringLength > 0) {
            require(
                    bytes[strings + stringLength - 1] == 0 && (base != null || bytes[strings] == 0),
                    strings,
                    "strings must begin and end with a zero byte",
                    "str_len",
                    stringLength);
        }
        int firstId = base == null ? 1 : base.firstId + base.at.length;
        int start = headerLength + typeOffset;
        int[] at = index(header, start, start + typeLength);
        out = new BtfBytes(bytes, little, base, firstId, at, strings, stringLength);
        require(
                base == null || base.stringsEnd() <= Integer.MAX_VALUE - stringLength,
                20,
                "strings must stay below 2^31 bytes",
                "str_len",
                stringLength);
        measureNames = longestString(strings, stringLength) > ORDINARY_NAME;
        nameBudget = (long) NAME_BUDGET * bytes.length;
        int limit = firstId + at.length;
        for (int head : at) {
            checkType(head, limit);
        }
        BtfCycles.check(name, out);
        return out;
    }

    private int[] index(BtfBytes header, int start, int end) throws ObjectFormatException {
        int[] at = new int[Math.max(16, (end - start) / 20)];
        int count = 0;
        for (int p = start; p < end; ) {
            require(end - p >= 12, p, "type must lie in the section", "id", count + 1);
            int info = header.word(p + 4);
            int tail = BtfKind.tail(info >>> 24 & 0x1f, info & 0xffff);
            require(tail >= 0, p + 4, "kind must be known", "kind", info >>> 24 & 0x1f);
            require((info & 0x60ff_0000) == 0, p + 4, "unused bits must be zero", "info", info);
            require(end - p - 12 >= tail, p, "type must lie in the section", "id", count + 1);
            if (count == at.length) {
                at = Arrays.copyOf(at, count * 2);
            }
            at[count++] = p;
            p += 12 + tail;
        }
        return Arrays.copyOf(at, count);
    }

    private void checkType(int head, int limit) throws ObjectFormatException {
        int info = out.word(head + 4);
        int kind = info >>> 24 & 0x1f;
        int tail = head + 12;
        int end = tail + BtfKind.tail(kind, info & 0xffff);
        string(head);
        if (BtfKind.refers(kind)) {
            type(head + 8, limit);
        }
        switch (kind) {
            case BtfKind.INT, BtfKind.ENUM, BtfKind.ENUM64, BtfKind.FLOAT -> {
                int size = out.word(head + 8);
                boolean forward = size == 0 && kind == BtfKind.ENUM && (info & 0xffff) == 0;
                require(
                        forward
                                || size > 0 && size <= 16 && (size & size - 1) == 0
                                || kind == BtfKind.FLOAT && size == 12,
                        head + 8,
                        "size must be a power of two up to 16",
                        "size",
                        size);
            }
            case BtfKind.ARRAY -> {
                type(tail, limit);
                type(tail + 4, limit);
            }
            case BtfKind.STRUCT, BtfKind.UNION -> {
                long bits = (out.word(head + 8) & 0xffff_ffffL) * 8;
                int mask = info < 0 ? 0xff_ffff : -1;
                for (int p = tail; p < end; p += 12) {
                    string(p);
                    type(p + 4, limit);
                    long offset = out.word(p + 8) & mask & 0xffff_ffffL;
                    if (offset > bits) {
                        require(false, p + 8, "member must lie in its struct", "offset", (int) offset);
                    }
                }
            }
            case BtfKind.FUNC_PROTO -> {
                for (int p = tail; p < end; p += 8) {
                    string(p);
                    type(p + 4, limit);
                }
            }
            case BtfKind.DATASEC -> {
                for (int p = tail; p < end; p += 12) {
                    type(p, limit);
                }
            }
            case BtfKind.FUNC ->
                require((info & 0xffff) <= 2, head + 4, "linkage must be 0, 1 or 2", "linkage", info & 0xffff);
            case BtfKind.VAR ->
                require(
                        out.word(tail) >= 0 && out.word(tail) <= 2,
                        tail,
                        "linkage must be 0, 1 or 2",
                        "linkage",
                        out.word(tail));
            default -> {}
        }
        if (kind == BtfKind.ENUM || kind == BtfKind.ENUM64) {
            names(tail, end, kind == BtfKind.ENUM ? 8 : 12);
        }
    }

    private void names(int from, int end, int step) throws ObjectFormatException {
        for (int p = from; p < end; p += step) {
            string(p);
        }
    }

    private void string(int at) throws ObjectFormatException {
        int offset = out.word(at);
        if (offset < 0 || offset >= out.stringsEnd()) {
            require(false, at, "name must lie in the strings", "name_off", offset);
        }
        if (measureNames) {
            nameBudget -= out.string(offset).length();
            require(nameBudget >= 0, at, "names together must not exceed 64 times the section", "name_off", offset);
        }
    }

    private int longestString(int from, int length) {
        int longest = 0;
        for (int p = from, start = from; p < from + length; p++) {
            if (bytes[p] == 0) {
                longest = Math.max(longest, p - start);
                start = p + 1;
            }
        }
        return longest;
    }

    private void type(int at, int limit) throws ObjectFormatException {
        int id = out.word(at);
        if (id < 0 || id >= limit) {
            require(false, at, "type id must exist", "id", id);
        }
    }

    private void require(boolean holds, int offset, String rule, String what, int value) throws ObjectFormatException {
        if (!holds) {
            throw new ObjectFormatException(
                    name, ".BTF", offset, rule + ": " + what + "=" + Integer.toUnsignedString(value));
        }
    }
}
