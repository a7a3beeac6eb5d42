package dev.skep;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.packet.XdpBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** A loaded XDP program. Safe for many threads. */
public final class XdpProgram {
    private final LoadedProgram program;
    private final Sessions sessions;

    XdpProgram(LoadedProgram program, Sessions sessions) {
        this.program = program;
        this.sessions = sessions;
    }

    public String name() {
        return program.name();
    }

    /** Runs once on a packet, Ethernet header first; the bytes given are not changed. */
    public XdpResult run(byte[] packet) {
        Session session = sessions.borrow();
        try {
            XdpBuffer buffer = session.xdp();
            buffer.load(packet);
            int action = (int) program.run(session.context, buffer);
            return new XdpResult(action, buffer.toByteArray());
        } finally {
            sessions.giveBack(session);
        }
    }

    public XdpResult run(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.duplicate().get(bytes);
        return run(bytes);
    }

    public XdpResult run(MemorySegment packet) {
        return run(packet.toArray(ValueLayout.JAVA_BYTE));
    }

    /** A runner for one thread that allocates nothing per run. Close it when done. */
    public Runner runner() {
        return new Runner(sessions.borrow());
    }

    /** Runs the program on one reused packet buffer; for one thread at a time. */
    public final class Runner implements AutoCloseable {
        private final Session session;
        private final XdpBuffer buffer;

        private Runner(Session session) {
            this.session = session;
            this.buffer = session.xdp();
        }

        /** The packet: load bytes into it, read them after the run. */
        public XdpBuffer packet() {
            return buffer;
        }

        public RunContext context() {
            return session.context;
        }

        /** Runs on the packet in the buffer; returns the action. */
        public int run() {
            return (int) program.run(session.context, buffer);
        }

        @Override
        public void close() {
            sessions.giveBack(session);
        }
    }
}
