package dev.skep.conformance.engines;

import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.ProgramType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one run is given.
 *
 * @param data the packet; empty for programs without one
 * @param context the context as BPF_PROG_TEST_RUN takes it; empty to let the engine make one
 */
record TestInput(byte[] data, byte[] context) {
    /** How a program type is given its input. */
    enum Shape {
        XDP,
        SKB,
        /** Twelve 64-bit arguments. */
        ARGUMENTS,
        /** A block of memory that is the context. */
        BLOCK
    }

    static final int ARGUMENTS = 12;
    static final int BLOCK_BYTES = 4096;
    private static final int SKB_CONTEXT = 192;
    private static final int LOOKUP_BYTES = 72;

    static Shape shape(ProgramType type) {
        return switch (type) {
            case XDP -> Shape.XDP;
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, CGROUP_SKB, LWT_IN, LWT_OUT, LWT_XMIT, LWT_SEG6LOCAL, SK_SKB ->
                Shape.SKB;
            case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> Shape.ARGUMENTS;
            default -> Shape.BLOCK;
        };
    }

    /** True when data starts at the Ethernet header. */
    static boolean startsAtLinkLayer(ProgramType type) {
        return type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT || type == ProgramType.XDP;
    }

    /** Inputs for a program, the same for the same seed. */
    static List<TestInput> of(ProgramSpec program, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        List<TestInput> inputs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            inputs.add(
                    switch (shape(program.type())) {
                        case XDP -> xdp(random, (program.flags() & ProgramSpec.F_XDP_HAS_FRAGS) != 0);
                        case SKB -> skb(random);
                        case ARGUMENTS -> new TestInput(new byte[0], words(random, ARGUMENTS));
                        case BLOCK ->
                            new TestInput(
                                    new byte[0],
                                    program.type() == ProgramType.SK_LOOKUP
                                            ? lookup(random)
                                            : java.util.Arrays.copyOf(words(random, 16), BLOCK_BYTES));
                    });
        }
        return inputs;
    }

    private static TestInput xdp(SplittableRandom random, boolean frags) {
        if (random.nextInt(4) != 0) {
            return new TestInput(packet(random, frags && random.nextBoolean() ? 5000 : 1400), new byte[0]);
        }
        byte[] data = packet(random, 1400);
        int meta = Math.min(4 * random.nextInt(9), (data.length - 14) & -4);
        ByteBuffer context = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        context.putInt(0, meta).putInt(4, data.length).putInt(8, 0).putInt(12, 1);
        return new TestInput(data, context.array());
    }

    private static TestInput skb(SplittableRandom random) {
        byte[] data = packet(random, 1400);
        if (random.nextBoolean()) {
            return new TestInput(data, new byte[0]);
        }
        ByteBuffer context = ByteBuffer.allocate(SKB_CONTEXT).order(ByteOrder.LITTLE_ENDIAN);
        context.putInt(8, random.nextInt(100)).putInt(32, random.nextInt()).putInt(40, 1);
        for (int i = 0; i < 5; i++) {
            context.putInt(48 + 4 * i, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(8));
        }
        context.putLong(152, random.nextInt(1 << 30)).putInt(160, data.length + random.nextInt(100));
        return new TestInput(data, context.array());
    }

    /** An Ethernet packet: now and then anything, mostly IPv4 or IPv6 with TCP, UDP or ICMP. */
    private static byte[] packet(SplittableRandom random, int most) {
        int length = switch (random.nextInt(6)) {
            case 0 -> 14 + random.nextInt(50);
            case 1 -> 64;
            case 2 -> 64 + random.nextInt(most - 64);
            default -> 54 + random.nextInt(100);
        };
        byte[] data = new byte[length];
        random.nextBytes(data);
        data[0] &= (byte) 0xfe;
        int kind = random.nextInt(8);
        if (kind == 0 || length < 54) {
            return data;
        }
        int at = 14;
        if (kind == 1 && length >= 58) {
            data[12] = (byte) 0x81;
            data[13] = 0;
            at = 18;
        }
        boolean six = kind == 2;
        data[at - 2] = (byte) (six ? 0x86 : 0x08);
        data[at - 1] = (byte) (six ? 0xdd : 0);
        byte protocol = (byte) new int[] {6, 6, 17, 1}[random.nextInt(4)];
        data[at] = (byte) (six ? 0x60 : 0x45);
        if (six) {
            data[at + 6] = protocol;
        } else {
            int total = length - at;
            data[at + 2] = (byte) (total >> 8);
            data[at + 3] = (byte) total;
            data[at + 6] = 0;
            data[at + 7] = 0;
            data[at + 9] = protocol;
        }
        int transport = at + (six ? 40 : 20);
        if (protocol == 6 && transport + 13 < length) {
            data[transport + 12] = (byte) (5 + random.nextInt(6) << 4);
        }
        return data;
    }

    /** Numbers that are no address in any engine: small, or far outside. */
    private static byte[] words(SplittableRandom random, int count) {
        ByteBuffer b = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            b.putLong(
                    random.nextInt(4) == 0
                            ? 0x00de_ad00_0000_0000L | random.nextInt() & 0xffff_ffffL
                            : random.nextInt(64));
        }
        return b.array();
    }

    private static byte[] lookup(SplittableRandom random) {
        ByteBuffer b = ByteBuffer.allocate(LOOKUP_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(8, 2).putInt(12, random.nextBoolean() ? 6 : 17).putInt(16, random.nextInt());
        b.putShort(36, (short) random.nextInt()).putInt(40, random.nextInt()).putInt(60, random.nextInt(1 << 16));
        return b.array();
    }
}
