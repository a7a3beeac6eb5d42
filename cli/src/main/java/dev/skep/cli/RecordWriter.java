package dev.skep.cli;

import dev.skep.data.BtfDecoder;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.runtime.ring.RingRecord;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prints records as they come: a table for people, one JSON object a line for programs. Columns follow the record's BTF
 * struct; a record of unknown type, or one shorter than its type's fixed part, shows as hex.
 */
final class RecordWriter {
    private static final HexFormat HEX = HexFormat.of();
    /** Characters that are gathered before they are written. */
    private static final int CHUNK = 1 << 14;

    private final PrintWriter out;
    private final ObjectMapper json;
    private final StringBuilder text = new StringBuilder(2 * CHUNK);
    private final Map<String, PlainColumns> plain = new HashMap<>();
    private String tableOf;
    private String tableRing = "";
    private int[] widths;

    RecordWriter(PrintWriter out, boolean asJson) {
        this.out = out;
        this.json = asJson ? JsonMapper.builder().build() : null;
    }

    /** Prints one record of ring {@code ring}; {@code typeId} 0 when its type is not known. */
    void record(String ring, long packet, Btf btf, int typeId, RingRecord record) {
        PlainColumns columns = typeId == 0 ? null : plain.computeIfAbsent(ring, _ -> PlainColumns.of(btf, typeId));
        if (columns == null || !columns.fits(record) || json == null && !ring.equals(tableRing)) {
            decoded(ring, packet, btf, typeId, record.toByteArray());
        } else if (json != null) {
            text.append("{\"ring\":\"").append(ring).append("\",\"packet\":").append(packet);
            columns.json(text, record);
            text.append("}\n");
        } else {
            place(ring, packet);
            columns.table(text, record, widths);
            endLine();
        }
        if (text.length() >= CHUNK) {
            flush();
        }
    }

    /** Writes what was gathered. */
    void flush() {
        out.append(text);
        out.flush();
        text.setLength(0);
    }

    private void place(String ring, long packet) {
        String number = Long.toString(packet);
        text.repeat(' ', Math.max(0, 8 - number.length()))
                .append(number)
                .append("  ")
                .append(ring);
        text.repeat(' ', Math.max(0, 8 - ring.length()));
    }

    /** Ends a line, without blanks at its end. */
    private void endLine() {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        text.setLength(end);
        text.append('\n');
    }

    private void decoded(String ring, long packet, Btf btf, int typeId, byte[] bytes) {
        Map<String, Object> row = new LinkedHashMap<>();
        long fixed = typeId == 0 ? -1 : btf.sizeOf(typeId);
        if (fixed >= 0
                && bytes.length >= fixed
                && BtfDecoder.decode(btf, typeId, ByteBuffer.wrap(bytes)) instanceof Map<?, ?> m) {
            m.forEach((k, v) -> row.put((String) k, v));
        } else {
            row.put("bytes", HEX.formatHex(bytes));
        }
        if (json != null) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("ring", ring);
            line.put("packet", packet);
            row.forEach((k, v) -> line.put(k, plain(v)));
            text.append(json.writeValueAsString(line)).append('\n');
        } else {
            table(ring, packet, btf, typeId, row);
        }
    }

    private static Object plain(Object v) {
        return switch (v) {
            case byte[] raw -> HEX.formatHex(raw);
            case Map<?, ?> m -> {
                Map<String, Object> out = new LinkedHashMap<>();
                m.forEach((k, x) -> out.put((String) k, plain(x)));
                yield out;
            }
            case java.util.List<?> l -> l.stream().map(RecordWriter::plain).toList();
            default -> v;
        };
    }

    private void table(String ring, long packet, Btf btf, int typeId, Map<String, Object> row) {
        String shape = ring + row.keySet();
        if (!shape.equals(tableOf)) {
            tableOf = shape;
            widths = new int[row.size()];
            StringBuilder head = new StringBuilder(String.format("%8s  %-8s", "packet", "ring"));
            int c = 0;
            for (Map.Entry<String, Object> e : row.entrySet()) {
                widths[c] = Math.max(e.getKey().length(), widest(btf, typeId, e));
                head.append("  ").append(pad(e.getKey(), widths[c], e.getValue() instanceof Number));
                c++;
            }
            text.append(head);
            endLine();
        }
        tableRing = row.containsKey("bytes") ? "" : ring;
        place(ring, packet);
        int c = 0;
        for (Object v : row.values()) {
            text.append("  ").append(pad(text(v), widths[c++], v instanceof Number));
        }
        endLine();
    }

    private static int widest(Btf btf, int typeId, Map.Entry<String, Object> e) {
        if (btf.resolved(typeId) instanceof BtfType.Struct s) {
            for (BtfType.Member m : s.members()) {
                if (m.name().equals(e.getKey()) && btf.resolved(m.type()) instanceof BtfType.Int i) {
                    return switch (i.size()) {
                        case 1 -> 3;
                        case 2 -> 5;
                        case 4 -> 10;
                        default -> 20;
                    };
                }
            }
        }
        return text(e.getValue()).length();
    }

    private static String pad(String s, int width, boolean right) {
        String blanks = " ".repeat(Math.max(0, width - s.length()));
        return right ? blanks + s : s + blanks;
    }

    private static String text(Object v) {
        return switch (v) {
            case null -> "";
            case byte[] raw -> HEX.formatHex(raw);
            default -> v.toString();
        };
    }
}
