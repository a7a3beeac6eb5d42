package dev.skep.cli;

import dev.skep.BpfObject;
import dev.skep.SkbProgram;
import dev.skep.XdpProgram;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.packet.PacketBuffer;
import java.lang.foreign.MemorySegment;

/** A program on packets, whichever of the two kinds of context it has. Loading and running allocate nothing. */
interface PacketRunner extends AutoCloseable {
    /** Takes one Ethernet packet. */
    void load(byte[] packet);

    /** Takes one Ethernet packet from {@code at} of a segment. */
    void load(MemorySegment packet, long at, int bytes);

    /** Runs on the packet as it is now; returns R0. */
    int run();

    /** The packet. */
    PacketBuffer buffer();

    /** Runs on one Ethernet packet; returns R0. */
    default int run(byte[] packet) {
        load(packet);
        return run();
    }

    /** The packet's data as the last run left it. */
    default byte[] packet() {
        return buffer().toByteArray();
    }

    @Override
    void close();

    static PacketRunner of(BpfObject object, String name) {
        return object.program(name).spec().type() == ProgramType.XDP
                ? new Xdp(object.xdp(name).runner())
                : new Skb(object.skb(name).runner());
    }

    /** On {@code xdp_md}. */
    record Xdp(XdpProgram.Runner runner) implements PacketRunner {
        @Override
        public void load(byte[] packet) {
            runner.packet().load(packet);
        }

        @Override
        public void load(MemorySegment packet, long at, int bytes) {
            runner.packet().load(packet, at, bytes);
        }

        @Override
        public int run() {
            return runner.run();
        }

        @Override
        public PacketBuffer buffer() {
            return runner.packet();
        }

        @Override
        public void close() {
            runner.close();
        }
    }

    /** On {@code __sk_buff}. */
    record Skb(SkbProgram.Runner runner) implements PacketRunner {
        @Override
        public void load(byte[] packet) {
            runner.load(packet);
        }

        @Override
        public void load(MemorySegment packet, long at, int bytes) {
            runner.load(packet, at, bytes);
        }

        @Override
        public int run() {
            return runner.run();
        }

        @Override
        public PacketBuffer buffer() {
            return runner.packet();
        }

        @Override
        public void close() {
            runner.close();
        }
    }
}
