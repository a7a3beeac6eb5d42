package dev.skep.linux;

import dev.skep.object.spec.ProgramSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A program in the kernel. It is attached to nothing: it runs when {@link #testRun} asks. Closing gives the descriptor
 * back.
 */
public final class LinuxProgram implements AutoCloseable {
    /** Room for a packet that grows, beyond the size of the one given. */
    private static final int HEADROOM = 4096;

    private final ProgramSpec spec;
    private final int fd;
    private boolean open = true;

    LinuxProgram(ProgramSpec spec, int fd) {
        this.spec = spec;
        this.fd = fd;
    }

    public ProgramSpec spec() {
        return spec;
    }

    int fd() {
        return fd;
    }

    /** Runs the program once on a packet, without context. */
    public TestRun testRun(byte[] data) throws LinuxException {
        return testRun(data, new byte[0], 1, 0);
    }

    /**
     * Runs the program with BPF_PROG_TEST_RUN.
     *
     * @param data the packet; empty for program types without one
     * @param context the context structure; empty to let the kernel make one
     * @param repeat how often to run; 0 for program types that run once only (raw_tp, syscall)
     * @param flags BPF_F_TEST_RUN_ON_CPU and its kin
     * @throws LinuxException if the kernel cannot run this program type, or refuses data or context
     */
    public TestRun testRun(byte[] data, byte[] context, int repeat, int flags) throws LinuxException {
        if (!open) {
            throw new IllegalStateException("program " + spec.name() + " is closed");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena, 80);
            Bpf.u32(attr, 0, fd);
            Bpf.u32(attr, 32, repeat);
            Bpf.u32(attr, 64, flags);
            MemorySegment dataOut = MemorySegment.NULL;
            MemorySegment contextOut = MemorySegment.NULL;
            if (data.length > 0) {
                dataOut = arena.allocate(data.length + HEADROOM, 8);
                Bpf.u32(attr, 8, data.length);
                Bpf.u32(attr, 12, (int) dataOut.byteSize());
                Bpf.pointer(attr, 16, Bpf.copy(arena, data));
                Bpf.pointer(attr, 24, dataOut);
            }
            if (context.length > 0) {
                MemorySegment in = Bpf.copy(arena, context);
                Bpf.u32(attr, 40, context.length);
                Bpf.pointer(attr, 48, in);
                switch (spec.type()) {
                    // these types give no context back through an own buffer: a syscall program's is written in place
                    case SYSCALL -> contextOut = in;
                    case RAW_TRACEPOINT, TRACING, SK_LOOKUP -> {}
                    default -> {
                        contextOut = arena.allocate(context.length, 8);
                        Bpf.u32(attr, 44, context.length);
                        Bpf.pointer(attr, 56, contextOut);
                    }
                }
            }
            int r = Bpf.bpf(Bpf.PROG_TEST_RUN, attr);
            if (r < 0) {
                throw new LinuxException("program " + spec.name() + ": test run", -r, "");
            }
            int dataSize = dataOut.address() == 0 ? 0 : Math.min(Bpf.u32(attr, 12), (int) dataOut.byteSize());
            int contextSize = contextOut.address() == 0 ? 0 : context.length;
            return new TestRun(
                    Bpf.u32(attr, 4),
                    dataOut.asSlice(0, dataSize).toArray(ValueLayout.JAVA_BYTE),
                    contextOut.asSlice(0, contextSize).toArray(ValueLayout.JAVA_BYTE),
                    Integer.toUnsignedLong(Bpf.u32(attr, 36)));
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Bpf.close(fd);
        }
    }
}
