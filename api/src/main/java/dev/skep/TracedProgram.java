package dev.skep;

import dev.skep.runtime.LoadedProgram;

/** A loaded program on the arguments of a kernel function or security hook. Safe for many threads. */
public final class TracedProgram {
    private final LoadedProgram program;
    private final Sessions sessions;

    TracedProgram(LoadedProgram program, Sessions sessions) {
        this.program = program;
        this.sessions = sessions;
    }

    public String name() {
        return program.name();
    }

    /**
     * Runs once.
     *
     * @param arguments what the function is called with: numbers, and addresses such as {@link ProvidedFile#address};
     *     16 at most
     * @return R0
     */
    public long run(long... arguments) {
        Session session = sessions.borrow();
        try {
            return (int) program.run(session.context, session.context.arguments(arguments));
        } finally {
            sessions.giveBack(session);
        }
    }
}
