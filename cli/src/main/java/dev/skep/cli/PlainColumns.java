package dev.skep.cli;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.runtime.ring.RingRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a struct that has only integers and arrays of unsigned bytes, read from the record itself: what most
 * records are, at the speed of a replay. Other structs go through the decoder.
 */
final class PlainColumns {
    private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();
    private static final String BLANKS = " ".repeat(32);

    /**
     * One column.
     *
     * @param size bytes; of an integer 1, 2, 4 or 8; -1 for an array that takes what is left
     */
    private record Column(String name, int offset, int size, boolean number, boolean signed) {}

    private final Column[] columns;
    private final long fixed;

    private PlainColumns(Column[] columns, long fixed) {
        this.columns = columns;
        this.fixed = fixed;
    }

    /** The columns of a struct; null when it has others than plain ones. */
    static PlainColumns of(Btf btf, int typeId) {
        if (!(btf.resolved(typeId) instanceof BtfType.Struct s) || s.isUnion()) {
            return null;
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < s.members().size(); i++) {
            BtfType.Member m = s.members().get(i);
            Column c = m.bitFieldSize() > 0 || m.name().isEmpty()
                    ? null
                    : column(btf, m, i == s.members().size() - 1);
            if (c == null) {
                return null;
            }
            columns.add(c);
        }
        return new PlainColumns(columns.toArray(Column[]::new), btf.sizeOf(typeId));
    }

    private static Column column(Btf btf, BtfType.Member m, boolean last) {
        int offset = m.offsetBits() / 8;
        return switch (btf.resolved(m.type())) {
            case BtfType.Int i
            when !i.isBool() && i.size() <= 8 -> new Column(m.name(), offset, i.size(), true, i.signed());
            case BtfType.Array a
            when btf.resolved(a.elementType()) instanceof BtfType.Int i
                    && i.size() == 1
                    && !i.signed()
                    && !i.isChar()
                    && (a.count() > 0 || last) ->
                new Column(m.name(), offset, a.count() == 0 ? -1 : a.count(), false, false);
            case null, default -> null;
        };
    }

    /** True when the record is as long as its type's fixed part. */
    boolean fits(RingRecord record) {
        return record.size() >= fixed;
    }

    /** Appends the columns as a table shows them, each at least as wide as {@code widths} says. */
    void table(StringBuilder out, RingRecord record, int[] widths) {
        MemorySegment bytes = record.segment();
        for (int i = 0; i < columns.length; i++) {
            out.append("  ");
            int start = out.length();
            value(out, bytes, columns[i]);
            int missing = widths[i] - (out.length() - start);
            if (missing > 0 && columns[i].number) {
                out.insert(start, BLANKS, 0, Math.min(missing, BLANKS.length()));
            } else if (missing > 0 && i < columns.length - 1) {
                out.repeat(' ', missing);
            }
        }
    }

    /** Appends the columns as members of a JSON object. */
    void json(StringBuilder out, RingRecord record) {
        MemorySegment bytes = record.segment();
        for (Column c : columns) {
            out.append(",\"").append(c.name).append("\":");
            if (!c.number) {
                out.append('"');
            }
            value(out, bytes, c);
            if (!c.number) {
                out.append('"');
            }
        }
    }

    private static void value(StringBuilder out, MemorySegment bytes, Column c) {
        if (!c.number) {
            hex(out, bytes, c.offset, c.size < 0 ? bytes.byteSize() : c.offset + (long) c.size);
            return;
        }
        switch (c.size) {
            case 1 ->
                out.append(
                        c.signed
                                ? bytes.get(ValueLayout.JAVA_BYTE, c.offset)
                                : bytes.get(ValueLayout.JAVA_BYTE, c.offset) & 0xff);
            case 2 -> out.append(c.signed ? bytes.get(I16, c.offset) : bytes.get(I16, c.offset) & 0xffff);
            case 4 -> out.append(c.signed ? bytes.get(I32, c.offset) : bytes.get(I32, c.offset) & 0xffff_ffffL);
            default -> {
                long v = bytes.get(I64, c.offset);
                if (c.signed || v >= 0) {
                    out.append(v);
                } else {
                    out.append(Long.toUnsignedString(v));
                }
            }
        }
    }

    private static void hex(StringBuilder out, MemorySegment bytes, long from, long to) {
        for (long i = from; i < to; i++) {
            int b = bytes.get(ValueLayout.JAVA_BYTE, i);
            out.append(DIGITS[b >> 4 & 0xf]).append(DIGITS[b & 0xf]);
        }
    }
}
