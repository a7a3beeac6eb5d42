package dev.skep.data;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes to a tree of plain Java values, by BTF type.
 *
 * <p><em>Shape</em>: integers become {@link Long} (64-bit unsigned ones over the sign bit: {@link
 * java.math.BigInteger}), bool {@link Boolean}, enums their enumerator's name (or the number), pointers {@link Long},
 * structs a {@link Map} in member order (members of anonymous structs and unions are lifted), arrays a {@link List},
 * arrays of {@code char} a {@link String} up to the first NUL, arrays of unsigned bytes a {@code byte[]}. A flexible
 * array at the end of a struct takes the bytes that are left.
 *
 * <p><em>Errors</em>: bytes that end early leave the missing members out; nothing is thrown.
 */
public final class BtfDecoder {
    private static final int MAX_DEPTH = 32;

    private final Btf btf;
    private final ByteBuffer bytes;

    private BtfDecoder(Btf btf, ByteBuffer bytes) {
        this.btf = btf;
        this.bytes = bytes;
    }

    /** The value of type {@code typeId} in {@code bytes}; null when there are too few bytes for it. */
    public static Object decode(Btf btf, int typeId, ByteBuffer bytes) {
        ByteBuffer view = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new BtfDecoder(btf, view).value(typeId, 0, 0, true);
    }

    private Object value(int typeId, int at, int depth, boolean last) {
        if (depth > MAX_DEPTH) {
            return null;
        }
        return switch (btf.resolved(typeId)) {
            case BtfType.Int i -> integer(i.size(), i.signed(), i.isBool(), at);
            case BtfType.Enum e -> enumerator(e, at);
            case BtfType.Pointer _ -> integer(8, false, false, at);
            case BtfType.Struct s -> struct(s, at, depth, last);
            case BtfType.Array a -> array(a, at, depth, last);
            case BtfType.Float f -> floating(f, at);
            case null, default -> null;
        };
    }

    private boolean has(int at, int size) {
        return at >= 0 && size >= 0 && (long) at + size <= bytes.limit();
    }

    private Object integer(int size, boolean signed, boolean isBool, int at) {
        if (!has(at, size)) {
            return null;
        }
        if (size == 16) {
            return hex(at, 16);
        }
        long raw = raw(at, size);
        if (isBool) {
            return raw != 0;
        }
        if (signed) {
            return signExtend(raw, size * 8);
        }
        return unsigned(raw);
    }

    private static Object unsigned(long raw) {
        return raw < 0 ? new java.math.BigInteger(Long.toUnsignedString(raw)) : (Object) raw;
    }

    private static long signExtend(long raw, int bits) {
        int shift = 64 - bits;
        return raw << shift >> shift;
    }

    private long raw(int at, int size) {
        return switch (size) {
            case 1 -> bytes.get(at) & 0xffL;
            case 2 -> bytes.getShort(at) & 0xffffL;
            case 4 -> bytes.getInt(at) & 0xffff_ffffL;
            case 8 -> bytes.getLong(at);
            default -> 0;
        };
    }

    private String hex(int at, int size) {
        StringBuilder s = new StringBuilder("0x");
        for (int i = size - 1; i >= 0; i--) {
            s.append(Character.forDigit(bytes.get(at + i) >> 4 & 0xf, 16))
                    .append(Character.forDigit(bytes.get(at + i) & 0xf, 16));
        }
        return s.toString();
    }

    private Object enumerator(BtfType.Enum e, int at) {
        if (!has(at, e.size())) {
            return null;
        }
        long raw = raw(at, e.size());
        long number = e.signed() ? signExtend(raw, e.size() * 8) : raw;
        for (BtfType.Enumerator v : e.values()) {
            if (v.value() == number) {
                return v.name();
            }
        }
        return number;
    }

    private Object floating(BtfType.Float f, int at) {
        if (!has(at, f.size())) {
            return null;
        }
        return switch (f.size()) {
            case 4 -> (double) bytes.getFloat(at);
            case 8 -> bytes.getDouble(at);
            default -> hex(at, f.size());
        };
    }

    private Map<String, Object> struct(BtfType.Struct s, int at, int depth, boolean last) {
        Map<String, Object> out = new LinkedHashMap<>();
        List<BtfType.Member> members = s.members();
        for (int i = 0; i < members.size(); i++) {
            BtfType.Member m = members.get(i);
            Object v = m.bitFieldSize() > 0
                    ? bitField(m, at)
                    : value(m.type(), at + m.offsetBits() / 8, depth + 1, last && i == members.size() - 1);
            if (v == null) {
                continue;
            }
            if (m.name().isEmpty() && v instanceof Map<?, ?> inner) {
                inner.forEach((k, x) -> out.put((String) k, x));
            } else {
                out.put(m.name(), v);
            }
        }
        return out;
    }

    private Object bitField(BtfType.Member m, int at) {
        int first = m.offsetBits() / 8;
        int end = (m.offsetBits() + m.bitFieldSize() + 7) / 8;
        if (!has(at + first, end - first) || end - first > 8) {
            return null;
        }
        long word = 0;
        for (int i = end - 1; i >= first; i--) {
            word = word << 8 | bytes.get(at + i) & 0xffL;
        }
        word >>>= m.offsetBits() % 8;
        long mask = m.bitFieldSize() == 64 ? -1 : (1L << m.bitFieldSize()) - 1;
        boolean signed = btf.resolved(m.type()) instanceof BtfType.Int t && t.signed();
        return signed ? (Object) signExtend(word & mask, m.bitFieldSize()) : unsigned(word & mask);
    }

    private Object array(BtfType.Array a, int at, int depth, boolean last) {
        long size = btf.sizeOf(a.elementType());
        if (size <= 0 || at > bytes.limit()) {
            return null;
        }
        long declared = Integer.toUnsignedLong(a.count());
        int count = (int) Math.min(a.count() == 0 && last ? Long.MAX_VALUE : declared, (bytes.limit() - at) / size);
        if (btf.resolved(a.elementType()) instanceof BtfType.Int i && i.size() == 1) {
            byte[] raw = new byte[count];
            bytes.get(at, raw);
            boolean text = i.signed() || i.isChar();
            return text ? cString(raw) : raw;
        }
        List<Object> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(value(a.elementType(), (int) (at + i * size), depth + 1, false));
        }
        return out;
    }

    private static String cString(byte[] raw) {
        int end = 0;
        while (end < raw.length && raw[end] != 0) {
            end++;
        }
        return new String(raw, 0, end, StandardCharsets.UTF_8);
    }
}
