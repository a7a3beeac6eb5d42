package dev.skep.object.btf;

import dev.skep.object.ObjectFormatException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Bytes to {@link BtfExt}.
 *
 * <p><em>Shape</em>: after the header, three parts (functions, lines, CO-RE relocations), each a record size and then,
 * for every ELF section, its name, a number of records, and the records. Records may be longer than known; the rest is
 * skipped.
 *
 * <p><em>Errors</em>: {@link ObjectFormatException} with section {@code .BTF.ext}.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/btf.rst, section 4.2.
 */
public final class BtfExtReader {
    private static final int MIN_HEADER = 24;
    private static final int HEADER_WITH_RELOCATIONS = 32;
    private static final int TEXT_BUDGET = 16;

    private final String file;
    private final BtfBytes words;
    private final BtfBytes strings;
    private final int limit;
    private final Map<Integer, String> texts = new LinkedHashMap<>();
    private long textBudget;

    private BtfExtReader(String file, BtfBytes words, BtfBytes strings, int limit) {
        this.file = file;
        this.words = words;
        this.strings = strings;
        this.limit = limit;
        this.textBudget = 4096 + (long) TEXT_BUDGET * strings.bytes.length;
    }

    /** Reads a section whose names are in the strings of {@code btf}, which must come from {@link BtfReader}. */
    public static BtfExt read(String file, byte[] bytes, Btf btf) throws ObjectFormatException {
        boolean little = bytes.length > 1 && (bytes[0] & 0xff) == 0x9f;
        return new BtfExtReader(file, new BtfBytes(bytes, little, null, 1, new int[0], 0, 0), btf.bytes(), btf.size())
                .read();
    }

    /** Takes in one record. */
    private interface Sink<T> {
        T record(int at) throws ObjectFormatException;
    }

    private BtfExt read() throws ObjectFormatException {
        byte[] bytes = words.bytes;
        require(bytes.length >= MIN_HEADER, 0, "header must have 24 bytes", bytes.length);
        int magic = bytes[0] & 0xff | (bytes[1] & 0xff) << 8;
        require(magic == 0xeb9f || magic == 0x9feb, 0, "section must begin with the magic 0xeb9f", magic);
        require(words.little == strings.little, 0, "byte order must be that of .BTF", magic);
        require(bytes[2] == 1, 2, "version must be 1", bytes[2]);
        int header = words.word(4);
        require(header >= MIN_HEADER && header <= bytes.length, 4, "header must lie in the section", header);
        Map<String, List<BtfExt.Function>> functions = part(header, 8, 8, this::function, BtfExt.Function::offset);
        Map<String, List<BtfExt.Line>> lines = part(header, 16, 16, this::line, BtfExt.Line::offset);
        Map<String, List<BtfExt.Relocation>> relocations = header >= HEADER_WITH_RELOCATIONS
                ? part(header, 24, 16, this::relocation, BtfExt.Relocation::offset)
                : Map.of();
        return new BtfExt(functions, lines, relocations);
    }

    private <T> Map<String, List<T>> part(int header, int field, int minSize, Sink<T> sink, ToIntFunction<T> offsetOf)
            throws ObjectFormatException {
        int offset = words.word(field);
        int length = words.word(field + 4);
        Map<String, List<T>> out = new LinkedHashMap<>();
        if (length == 0) {
            return out;
        }
        int body = words.bytes.length - header;
        require(
                offset >= 0 && length >= 4 && offset <= body && length <= body - offset && offset % 4 == 0,
                field,
                "part must lie in the section",
                offset);
        int p = header + offset;
        int end = p + length;
        int size = words.word(p);
        require(size >= minSize && size % 4 == 0 && size <= 4096, p, "record size must be at least " + minSize, size);
        p += 4;
        while (p < end) {
            require(end - p >= 8, p, "section head must lie in its part", end - p);
            String section = string(p);
            int count = words.word(p + 4);
            require(count > 0 && count <= (end - p - 8) / size, p + 4, "records must lie in their part", count);
            List<T> records = out.computeIfAbsent(section, _ -> new ArrayList<>());
            p += 8;
            for (int i = 0; i < count; i++, p += size) {
                records.add(sink.record(p));
            }
        }
        out.values()
                .forEach(records -> records.sort(
                        (a, b) -> Integer.compareUnsigned(offsetOf.applyAsInt(a), offsetOf.applyAsInt(b))));
        return out;
    }

    private BtfExt.Function function(int at) throws ObjectFormatException {
        return new BtfExt.Function(words.word(at), typeId(at + 4));
    }

    private BtfExt.Line line(int at) throws ObjectFormatException {
        int place = words.word(at + 12);
        return new BtfExt.Line(words.word(at), string(at + 4), string(at + 8), place >>> 10, place & 0x3ff);
    }

    private BtfExt.Relocation relocation(int at) throws ObjectFormatException {
        return new BtfExt.Relocation(words.word(at), typeId(at + 4), string(at + 8), words.word(at + 12));
    }

    private int typeId(int at) throws ObjectFormatException {
        int id = words.word(at);
        require(id >= 0 && id < limit, at, "type id must exist", id);
        return id;
    }

    private String string(int at) throws ObjectFormatException {
        int offset = words.word(at);
        require(offset >= 0 && offset < strings.stringsEnd(), at, "name must lie in the strings of .BTF", offset);
        String known = texts.get(offset);
        if (known == null) {
            known = strings.string(offset);
            textBudget -= known.length();
            require(textBudget >= 0, at, "names together must not exceed 16 times .BTF", strings.bytes.length);
            texts.put(offset, known);
        }
        return known;
    }

    private void require(boolean holds, int offset, String rule, int value) throws ObjectFormatException {
        if (!holds) {
            throw new ObjectFormatException(
                    file, ".BTF.ext", offset, rule + ": value=" + Integer.toUnsignedString(value));
        }
    }
}
