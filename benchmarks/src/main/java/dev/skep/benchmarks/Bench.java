package dev.skep.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One measurement: an object, its packet, and what its map holds before. The list of all is here too.
 *
 * @param label name in the table
 * @param object stem of the object, and name of its program
 * @param packet bytes, Ethernet header first
 * @param map map to fill; "" when none
 * @param entries what to put into it
 * @param maxBatch runs between two drains of the ring; no limit: {@link Integer#MAX_VALUE}
 * @param links programs of the chain that its program array holds, by index
 */
record Bench(
        String label, String object, byte[] packet, String map, List<Entry> entries, int maxBatch, List<String> links) {
    /** One key and its value. */
    record Entry(byte[] key, byte[] value) {}

    private static final int RING_BATCH = 40_000;

    private static Bench plain(String object, byte[] packet) {
        return new Bench(object, object, packet, "", List.of(), Integer.MAX_VALUE, List.of());
    }

    private static Bench ring(String object) {
        return new Bench(object, object, Packets.filled(64), "events", List.of(), RING_BATCH, List.of());
    }

    private static Bench flows(String label, int count) {
        List<Entry> entries = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            byte[] key = little(16)
                    .putInt(n * (int) 2654435761L)
                    .putInt(0x0a000001)
                    .putShort((short) n)
                    .putShort((short) 443)
                    .putInt(6)
                    .array();
            entries.add(new Entry(key, new byte[16]));
        }
        return new Bench(label, "flows", Packets.counter(count), "table", entries, Integer.MAX_VALUE, List.of());
    }

    private static Bench routes(int count) {
        List<Entry> entries = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            int length = 8 + n % 25;
            int address = n * (int) 2654435761L & -1 << 32 - length;
            byte[] key = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(length)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putInt(address)
                    .array();
            entries.add(new Entry(key, little(4).putInt(n).array()));
        }
        return new Bench("lpm", "lpm", Packets.counter(count), "routes", entries, Integer.MAX_VALUE, List.of());
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The program that the others are measured against. */
    static Bench empty() {
        return plain("empty", Packets.udp4());
    }

    static List<Bench> all() {
        List<String> links = new ArrayList<>(List.of("tail_calls"));
        for (int i = 1; i < 8; i++) {
            links.add("link" + i);
        }
        return List.of(
                plain("hash_loop", Packets.filled(1100)),
                plain("stack_loop", Packets.filled(128)),
                plain("parser", Packets.taggedTcp6()),
                plain("rewrite", Packets.udp4()),
                plain("array_counter", Packets.udp4()),
                flows("flows 1", 1),
                flows("flows 1,000", 1_000),
                flows("flows 1,000,000", 1_000_000),
                new Bench("lru", "lru", Packets.counter(12_000), "", List.of(), Integer.MAX_VALUE, List.of()),
                routes(100_000),
                ring("ring_static"),
                ring("ring_dynptr"),
                plain("tlv", Packets.fields(40)),
                plain("dynptr_read", Packets.filled(1100)),
                plain("dynptr_write", Packets.filled(1100)),
                plain("dynptr_slice", Packets.filled(1100)),
                plain("callback", Packets.udp4()),
                plain("calls", Packets.udp4()),
                new Bench("tail_calls", "tail_calls", Packets.filled(64), "chain", List.of(), Integer.MAX_VALUE, links),
                plain("classifier", Packets.filled(64)));
    }
}
