package dev.skep.kernel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A layout written as text, one field a line: {@code offset name mode [kind]}.
 *
 * <p><em>Shape</em>: the mode says which accesses are allowed, reads first, then after a slash writes:
 * <ul>
 * <li>{@code word}, {@code long}, {@code byte}: all 4, 8 or 1 bytes at once
 * <li>{@code words}: {@code word}, or 8 aligned bytes inside the array
 * <li>{@code parts}: the 4 bytes or aligned parts of them; {@code pairs}: also 8 aligned bytes inside the array
 * <li>{@code pieces}: the 8 bytes or aligned parts of them
 * <li>{@code tail}: the 8 bytes, or aligned parts that are not at their start
 * <li>{@code start}: the first 1, 2 or 4 bytes; {@code halves}: 4 or 2 aligned bytes
 * <li>{@code port}: the first 2 bytes, parts of them, or 4
 * </ul>
 * {@code name[n]} is an array of n fields. The kind says what a full read yields; without one it is a scalar. A
 * question mark means it may
 * be NULL.
 *
 * <p>The finished table is one array look-up per access.
 */
final class FieldTable implements ContextLayout {
    /** One line. */
    private record Field(int offset, String name, int count, String reads, String writes, String kind) {
        String elementName(int index) {
            return count == 0 ? name : name + "[" + index + "]";
        }

        int elementSize() {
            return switch (reads) {
                case "long", "pieces", "tail" -> 8;
                case "byte" -> 1;
                default -> 4;
            };
        }
    }

    private final String structName;
    private final int size;
    private final List<Field> fields;
    /** By direction (1 write), logarithm of the size, and offset. */
    private final ContextAccess[][][] table;

    private FieldTable(String structName, int size, List<Field> fields) {
        this.structName = structName;
        this.size = size;
        this.fields = List.copyOf(fields);
        table = new ContextAccess[2][4][size];
        for (Field field : fields) {
            int count = Math.max(field.count, 1);
            int extent = count * field.elementSize();
            for (int i = 0; i < count; i++) {
                enter(field, i, extent);
            }
        }
    }

    /**
     * Parses the lines.
     *
     * @param structName the UAPI struct
     * @param size its size in bytes
     */
    static FieldTable of(String structName, int size, String lines) {
        return new FieldTable(structName, size, parse(lines));
    }

    /** The same without these fields. */
    FieldTable without(String... names) {
        Set<String> gone = Set.of(names);
        return new FieldTable(
                structName,
                size,
                fields.stream().filter(f -> !gone.contains(f.name)).toList());
    }

    /** The same; these fields cannot be written. */
    FieldTable readOnly(String... names) {
        Set<String> kept = Set.of(names);
        return new FieldTable(
                structName,
                size,
                fields.stream()
                        .map(f -> kept.contains(f.name) ? new Field(f.offset, f.name, f.count, f.reads, "", f.kind) : f)
                        .toList());
    }

    /** The same with further fields. */
    FieldTable and(String lines) {
        List<Field> all = new ArrayList<>(fields);
        all.addAll(parse(lines));
        return new FieldTable(structName, size, all);
    }

    private static List<Field> parse(String lines) {
        List<Field> fields = new ArrayList<>();
        for (String line : lines.strip().split("\\n")) {
            String[] words = line.strip().split(" +");
            String[] modes = words[2].split("/");
            int bracket = words[1].indexOf('[');
            fields.add(new Field(
                    Integer.parseInt(words[0]),
                    bracket < 0 ? words[1] : words[1].substring(0, bracket),
                    bracket < 0 ? 0 : Integer.parseInt(words[1].substring(bracket + 1, words[1].length() - 1)),
                    modes[0],
                    modes.length > 1 ? modes[1] : "",
                    words.length > 3 ? words[3] : "scalar"));
        }
        return fields;
    }

    private void enter(Field field, int index, int extent) {
        int start = field.offset + index * field.elementSize();
        ContextAccess whole = whole(field, field.elementName(index));
        ContextAccess scalar = new ContextAccess(ContextAccess.Kind.SCALAR, "", false, false, field.elementName(index));
        for (int log = 0; log < 4; log++) {
            int bytes = 1 << log;
            for (int at = 0; at < field.elementSize(); at++) {
                boolean aligned = at % bytes == 0;
                boolean paired = bytes == 8 && at == 0 && start % 8 == 0 && start + 8 <= field.offset + extent;
                if (allows(field.reads, at, bytes, aligned, paired)) {
                    boolean full = at == 0 && bytes >= field.elementSize();
                    set(0, log, start + at, full ? whole : scalar);
                }
                if (allows(field.writes, at, bytes, aligned, paired)) {
                    set(1, log, start + at, scalar);
                }
            }
        }
    }

    private static boolean allows(String mode, int at, int bytes, boolean aligned, boolean paired) {
        return switch (mode) {
            case "" -> false;
            case "byte" -> at == 0 && bytes == 1;
            case "word" -> at == 0 && bytes == 4;
            case "long" -> at == 0 && bytes == 8;
            case "words" -> at == 0 && bytes == 4 || paired;
            case "parts" -> aligned && bytes <= 4;
            case "pairs" -> aligned && bytes <= 4 || paired;
            case "pieces" -> aligned;
            case "tail" -> aligned && (at > 0 || bytes == 8);
            case "start" -> at == 0 && bytes <= 4;
            case "halves" -> aligned && (bytes == 2 || bytes == 4);
            case "port" -> at < 2 && aligned && bytes <= 4;
            default -> throw new IllegalArgumentException("unknown access mode: mode=" + mode);
        };
    }

    private void set(int direction, int log, int offset, ContextAccess access) {
        table[direction][log][offset] = access;
    }

    private static ContextAccess whole(Field field, String name) {
        boolean nullable = field.kind.endsWith("?");
        String kind = nullable ? field.kind.substring(0, field.kind.length() - 1) : field.kind;
        if (kind.startsWith("trusted:")) {
            return new ContextAccess(
                    ContextAccess.Kind.BTF_PTR, kind.substring("trusted:".length()), nullable, true, name);
        }
        return new ContextAccess(
                switch (kind) {
                    case "scalar" -> ContextAccess.Kind.SCALAR;
                    case "packet" -> ContextAccess.Kind.PACKET;
                    case "meta" -> ContextAccess.Kind.PACKET_META;
                    case "end" -> ContextAccess.Kind.PACKET_END;
                    case "keys" -> ContextAccess.Kind.FLOW_KEYS;
                    case "sock" -> ContextAccess.Kind.SOCKET;
                    case "common" -> ContextAccess.Kind.SOCK_COMMON;
                    case "buffer" -> ContextAccess.Kind.TP_BUFFER;
                    default -> throw new IllegalArgumentException("unknown kind: kind=" + kind);
                },
                "",
                nullable,
                false,
                name);
    }

    @Override
    public String structName() {
        return structName;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public ContextAccess access(int offset, int bytes, boolean write) {
        if (offset < 0 || offset >= size) {
            return null;
        }
        return table[write ? 1 : 0][Integer.numberOfTrailingZeros(bytes)][offset];
    }
}
