package dev.skep;

import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.packet.SkbBuffer;
import java.lang.foreign.MemorySegment;

/** A loaded program on {@code __sk_buff}. Safe for many threads. */
public final class SkbProgram {
    private final LoadedProgram program;
    private final Sessions sessions;
    private final boolean fromLinkLayer;

    SkbProgram(LoadedProgram program, Sessions sessions) {
        this.program = program;
        this.sessions = sessions;
        this.fromLinkLayer = startsAtLinkLayer(program.spec().type());
    }

    /** True for types that see the Ethernet header; the others see packets from the network header on. */
    public static boolean startsAtLinkLayer(ProgramType type) {
        return type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT;
    }

    public String name() {
        return program.name();
    }

    /** Runs once on an Ethernet packet; the bytes given are not changed. */
    public SkbResult run(byte[] packet) {
        try (Runner runner = runner()) {
            runner.load(packet);
            int code = runner.run();
            return new SkbResult(code, runner.packet().toByteArray());
        }
    }

    /** A runner for one thread that allocates nothing per run. Close it when done. */
    public Runner runner() {
        return new Runner(sessions.borrow());
    }

    /** Runs the program on one reused packet buffer; for one thread at a time. */
    public final class Runner implements AutoCloseable {
        private final Session session;
        private final SkbBuffer buffer;

        private Runner(Session session) {
            this.session = session;
            this.buffer = session.skb();
        }

        public SkbBuffer packet() {
            return buffer;
        }

        public RunContext context() {
            return session.context;
        }

        /** Takes an Ethernet packet. */
        public void load(byte[] packet) {
            buffer.load(packet, fromLinkLayer);
        }

        /** Takes an Ethernet packet from {@code at} of a segment. */
        public void load(MemorySegment packet, long at, int bytes) {
            buffer.load(packet, at, bytes, fromLinkLayer);
        }

        /** Runs on the packet in the buffer; returns R0. */
        public int run() {
            return (int) program.run(session.context, buffer);
        }

        @Override
        public void close() {
            sessions.giveBack(session);
        }
    }
}
