package dev.skep.conformance.engines;

import dev.skep.kernel.map.SpecialField;
import dev.skep.object.spec.MapSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** What is in a map, as text that does not depend on the order of its elements. One way of reading for all engines. */
final class MapContents {
    private static final int MOST_ELEMENTS = 2048;
    private static final HexFormat HEX = HexFormat.of();

    /** How an engine's map is read. */
    interface Reader {
        /** The value of a key, or null; the front of a queue for an empty key. */
        byte[] lookup(byte[] key) throws Exception;

        /** The key after this one; the first for null; null at the end. */
        byte[] nextKey(byte[] key) throws Exception;

        /** Every record that a ring holds, taken out. */
        List<byte[]> records() throws Exception;
    }

    private MapContents() {}

    /**
     * What the map holds; null when maps of this type show nothing.
     *
     * @param fields fields that user space never sees as they are: shown as zero
     */
    static String read(MapSpec spec, List<SpecialField> fields, Reader reader) throws Exception {
        return switch (spec.type()) {
            case ARRAY, PERCPU_ARRAY -> array(spec, fields, reader);
            case HASH, PERCPU_HASH, LRU_HASH, LRU_PERCPU_HASH, LPM_TRIE -> keyed(fields, reader);
            case QUEUE, STACK -> queue(reader);
            case RINGBUF -> hex(reader.records());
            case null, default -> null;
        };
    }

    private static String array(MapSpec spec, List<SpecialField> fields, Reader reader) throws Exception {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < Math.min(spec.maxEntries(), MOST_ELEMENTS); i++) {
            byte[] key = {(byte) i, (byte) (i >> 8), (byte) (i >> 16), (byte) (i >> 24)};
            byte[] value = plain(reader.lookup(key), fields);
            if (value != null && !isZero(value)) {
                s.append(i).append('=').append(HEX.formatHex(value)).append(' ');
            }
        }
        return s.toString();
    }

    private static String keyed(List<SpecialField> fields, Reader reader) throws Exception {
        TreeMap<String, String> all = new TreeMap<>();
        byte[] key = reader.nextKey(null);
        while (key != null && all.size() < 4 * MOST_ELEMENTS) {
            byte[] value = plain(reader.lookup(key), fields);
            if (value != null) {
                all.put(HEX.formatHex(key), HEX.formatHex(value));
            }
            key = reader.nextKey(key);
        }
        return all.toString();
    }

    private static String queue(Reader reader) throws Exception {
        List<byte[]> values = new ArrayList<>();
        for (byte[] v = reader.lookup(new byte[0]);
                v != null && values.size() < MOST_ELEMENTS;
                v = reader.lookup(new byte[0])) {
            values.add(v);
        }
        return hex(values);
    }

    private static String hex(List<byte[]> values) {
        return values.stream().map(HEX::formatHex).toList().toString();
    }

    private static byte[] plain(byte[] value, List<SpecialField> fields) {
        if (value != null) {
            for (SpecialField f : fields) {
                Arrays.fill(
                        value, Math.min(f.offset(), value.length), Math.min(f.offset() + f.size(), value.length), (byte)
                                0);
            }
        }
        return value;
    }

    private static boolean isZero(byte[] value) {
        for (byte b : value) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }
}
