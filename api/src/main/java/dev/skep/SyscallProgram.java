package dev.skep;

import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.memory.SlabAccess;

/**
 * A program whose context is a block of its caller's memory (syscall), or plain arguments (tracing types). Safe for
 * many threads.
 */
public final class SyscallProgram {
    private static final int MIN_CONTEXT = 64;

    private final LoadedProgram program;
    private final Sessions sessions;

    SyscallProgram(LoadedProgram program, Sessions sessions) {
        this.program = program;
        this.sessions = sessions;
    }

    public String name() {
        return program.name();
    }

    /** Runs once without a context of its own: 64 zero bytes. */
    public long run() {
        return run(new byte[0]);
    }

    /** Runs once; {@code context} is copied in, and back out when it returns. */
    public long run(byte[] context) {
        Session session = sessions.borrow();
        try {
            int bytes = Math.max(context.length, MIN_CONTEXT);
            long block = session.block(bytes);
            var memory = session.context.memory();
            SlabAccess.fill(memory, block, bytes, (byte) 0);
            SlabAccess.put(memory, block, context, 0, context.length);
            long result = program.run(session.context, block);
            SlabAccess.get(memory, block, context, 0, context.length);
            return (int) result;
        } finally {
            sessions.giveBack(session);
        }
    }
}
