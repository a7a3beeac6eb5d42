package dev.skep.cli;

import dev.skep.BpfObject;
import dev.skep.SkbProgram;
import dev.skep.XdpProgram;
import dev.skep.object.uapi.ProgramType;

/** A program on packets, whichever of the two kinds of context it has. */
interface PacketRunner extends AutoCloseable {
    /** Runs on one Ethernet packet; returns R0. */
    int run(byte[] packet);

    /** The packet as the last run left it. */
    byte[] packet();

    @Override
    void close();

    static PacketRunner of(BpfObject object, String name) {
        if (object.program(name).spec().type() == ProgramType.XDP) {
            XdpProgram.Runner runner = object.xdp(name).runner();
            return new PacketRunner() {
                @Override
                public int run(byte[] packet) {
                    runner.packet().load(packet);
                    return runner.run();
                }

                @Override
                public byte[] packet() {
                    return runner.packet().toByteArray();
                }

                @Override
                public void close() {
                    runner.close();
                }
            };
        }
        SkbProgram.Runner runner = object.skb(name).runner();
        return new PacketRunner() {
            @Override
            public int run(byte[] packet) {
                runner.load(packet);
                return runner.run();
            }

            @Override
            public byte[] packet() {
                return runner.packet().toByteArray();
            }

            @Override
            public void close() {
                runner.close();
            }
        };
    }
}
