package dev.skep.conformance.random;

import dev.skep.object.uapi.ProgramType;

/**
 * Statements on packets: addresses from the context, comparisons with the end, helpers that read, write or change it.
 */
final class Packets {
    private Packets() {}

    /** Loads packet addresses and proves a range. */
    static boolean prove(Gen g) {
        int c = g.find(h -> h instanceof Held.Context);
        if (c < 0 || !g.hasPacket() || g.free() < 4) {
            return false;
        }
        boolean xdp = g.type == ProgramType.XDP;
        int data = g.find(h -> h instanceof Held.Packet);
        if (data < 0 || g.rng.chance(0.5)) {
            data = g.destNot(c);
            g.code.load(4, data, c, xdp ? 0 : 76);
            g.set(data, new Held.Packet(0, 0, 0));
        }
        if (!(g.now.regs[data] instanceof Held.Packet packet)) {
            return false;
        }
        int end = g.find(h -> h instanceof Held.PacketEnd);
        if (end < 0 || g.rng.chance(0.3)) {
            end = g.destNot(c, data);
            g.code.load(4, end, c, xdp ? 4 : 80);
            g.set(end, new Held.PacketEnd());
        }
        int bytes = g.rng.pick(1, 2, 4, 8, 14, 20, 34, 64);
        int probe = g.destNot(c, data, end);
        g.code.mov(probe, data);
        g.code.alu(0x00, probe, bytes);
        switch (g.rng.below(8)) {
            case 0, 1, 2 -> g.code.jump(0x2d, probe, end, 0, g.bail);
            case 3, 4 -> g.code.jump(0xad, end, probe, 0, g.bail);
            case 5 -> g.code.jump(0x3d, probe, end, 0, g.bail);
            case 6 -> {
                int ok = g.code.label();
                g.code.jump(g.rng.pick(0xbd, 0xad), probe, end, 0, ok);
                g.code.go(g.bail);
                g.code.bind(ok);
            }
            default -> {
                int ok = g.code.label();
                g.code.jump(g.rng.pick(0x3d, 0x2d), end, probe, 0, ok);
                g.code.go(g.bail);
                g.code.bind(ok);
            }
        }
        for (int r = 0; r < 10; r++) {
            if (g.now.regs[r] instanceof Held.Packet p && p.base() == packet.base()) {
                int range = packet.offset() + bytes - p.offset();
                g.set(r, new Held.Packet(p.base(), p.offset(), Math.max(p.range(), range)));
            }
        }
        g.set(probe, new Held.Packet(packet.base(), packet.offset() + bytes, 0));
        return true;
    }

    /** Bytes before the packet, where the program type has them. */
    static boolean metadata(Gen g) {
        int c = g.find(h -> h instanceof Held.Context);
        if (c < 0 || g.type != ProgramType.XDP && g.type != ProgramType.SCHED_CLS || g.free() < 4) {
            return false;
        }
        boolean xdp = g.type == ProgramType.XDP;
        int meta = g.destNot(c);
        int data = g.destNot(c, meta);
        int probe = g.destNot(c, meta, data);
        g.code.load(4, meta, c, xdp ? 8 : 140);
        g.code.load(4, data, c, xdp ? 0 : 76);
        g.code.mov(probe, meta);
        g.code.alu(0x00, probe, 8);
        g.code.jump(0x2d, probe, data, 0, g.bail);
        g.code.load(g.rng.size(), probe, meta, g.rng.below(2) * 4);
        g.set(meta, new Held.PacketMeta());
        g.set(data, new Held.Packet(0, 0, 0));
        g.set(probe, Held.ANY);
        return true;
    }

    /** A helper that reads, writes or changes the packet. */
    static boolean helper(Gen g) {
        if (!g.callable()) {
            return false;
        }
        int c = g.findArgument(h -> h instanceof Held.Context);
        if (c < 0) {
            return false;
        }
        boolean xdp = g.type == ProgramType.XDP;
        if (!xdp && !g.isSkb()) {
            return false;
        }
        int size = g.rng.pick(1, 2, 4, 8, 16);
        switch (g.rng.below(4)) {
            case 0, 1 -> {
                int low = g.now.low;
                int at = g.buffer(size);
                if (at == 0) {
                    return false;
                }
                int n = g.rng.chance(0.3)
                        ? g.findArgument(h -> h instanceof Held.Number k && k.max() > 0 && k.max() <= size)
                        : -1;
                if (n >= 0) {
                    g.code.mov(4, n);
                } else {
                    g.code.movImm(4, g.wild() ? size + 8 : size);
                }
                g.code.mov(1, c);
                g.code.movImm(2, g.rng.below(64));
                g.stackAddress(3, at);
                g.callHelper(xdp ? 189 : 26);
                g.now.low = low;
                g.set(0, Held.ANY);
            }
            case 2 -> {
                if (g.type != ProgramType.SCHED_CLS) {
                    return false;
                }
                g.code.mov(1, c);
                g.code.movImm(2, g.rng.below(128));
                g.callHelper(39);
                g.set(0, Held.ANY);
                g.now.packetChanged();
            }
            default -> {
                if (!xdp) {
                    return false;
                }
                g.code.mov(1, c);
                g.code.movImm(2, g.rng.between(-32, 32));
                g.callHelper(g.rng.pick(44, 54, 65));
                g.set(0, Held.ANY);
                g.now.packetChanged();
            }
        }
        return true;
    }

    /** The old packet loads: R6 is the context. */
    static boolean legacyLoad(Gen g) {
        if (g.type != ProgramType.SOCKET_FILTER && g.type != ProgramType.SCHED_CLS
                || !g.callable()
                || !(g.now.regs[6] instanceof Held.Context) && !g.wild()
                || g.level > 0
                || g.now.rcu) {
            return false;
        }
        boolean indirect = g.rng.chance(0.4);
        int n = indirect ? g.number() : 0;
        g.code.add((indirect ? 0x40 : 0x20) | g.rng.pick(0x10, 0x08, 0x00), 0, n, 0, g.rng.below(40));
        g.now.afterCall();
        g.set(0, Held.ANY);
        return true;
    }

    /** Looks a socket up, uses it, gives it back. */
    static boolean socket(Gen g) {
        if (g.type != ProgramType.SCHED_CLS && g.type != ProgramType.XDP || !g.callable() || g.depth >= Gen.MAX_DEPTH) {
            return false;
        }
        int c = g.findArgument(h -> h instanceof Held.Context);
        int keep = g.saved();
        int low = g.now.low;
        int at = c < 0 || keep < 0 || keep == c ? 0 : g.buffer(12);
        if (at == 0) {
            return false;
        }
        g.code.mov(1, c);
        g.stackAddress(2, at);
        g.code.movImm(3, 12);
        g.code.movImm(4, -1);
        g.code.movImm(5, 0);
        g.callHelper(g.rng.pick(84, 85));
        int out = g.code.label();
        if (!g.wild()) {
            g.code.jump(0x15, 0, 0, 0, out);
        }
        Flow.hold(
                g,
                keep,
                new Held.Socket(false),
                () -> {
                    int d = g.dest();
                    g.code.load(4, d, keep, g.rng.pick(0, 4, 8, 12, 16));
                    g.set(d, Held.ANY);
                    Flow.statements(g, 1 + g.rng.below(3));
                },
                () -> {
                    g.code.mov(1, keep);
                    g.callHelper(86);
                });
        g.code.bind(out);
        g.now.low = low;
        return true;
    }
}
