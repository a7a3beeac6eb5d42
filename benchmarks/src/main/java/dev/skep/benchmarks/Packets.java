package dev.skep.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** The packets that the benchmarks run on. Each call makes a new one, the same every time. */
final class Packets {
    private Packets() {}

    /** Random bytes behind an Ethernet header of zeros. */
    static byte[] filled(int length) {
        byte[] packet = new byte[length];
        new Random(7).nextBytes(packet);
        packet[12] = 8;
        packet[13] = 0;
        return packet;
    }

    /** What {@code struct counter_packet} of the programs' header is. */
    static byte[] counter(int range) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(16, 1)
                .putLong(24, range)
                .array();
    }

    /** IPv4 and UDP with right checksum of the header. */
    static byte[] udp4() {
        ByteBuffer b = ByteBuffer.allocate(64);
        b.putShort(12, (short) 0x0800);
        b.put(14, (byte) 0x45).putShort(16, (short) 50).put(22, (byte) 64).put(23, (byte) 17);
        b.putInt(26, 0x0a000001)
                .putInt(30, 0x0a000002)
                .putShort(34, (short) 1234)
                .putShort(36, (short) 53);
        b.putShort(38, (short) 30).putShort(40, (short) 0x1234);
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += b.getShort(i) & 0xffff;
        }
        return b.putShort(24, (short) ~((sum & 0xffff) + (sum >> 16))).array();
    }

    /** Two VLAN tags, IPv6, a hop-by-hop header, TCP. */
    static byte[] taggedTcp6() {
        ByteBuffer b = ByteBuffer.allocate(120);
        b.putShort(12, (short) 0x88a8).putShort(16, (short) 0x8100).putShort(20, (short) 0x86dd);
        b.put(22, (byte) 0x60).putShort(26, (short) 40).put(28, (byte) 0).put(29, (byte) 64);
        b.putLong(30, 0x20010db800000001L).putLong(46, 0x20010db800000002L);
        b.put(62, (byte) 6).put(63, (byte) 0).putShort(70, (short) 44321).putShort(72, (short) 443);
        return b.array();
    }

    /** So many type-length-value fields of 0 to 7 bytes behind the Ethernet header, and an end mark. */
    static byte[] fields(int count) {
        ByteBuffer b = ByteBuffer.allocate(14 + count * 9 + 16);
        b.position(14);
        for (int i = 0; i < count; i++) {
            int length = i % 8;
            b.put((byte) (1 + i)).put((byte) length).position(b.position() + length);
        }
        return b.array();
    }
}
