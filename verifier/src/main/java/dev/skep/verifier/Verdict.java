package dev.skep.verifier;

import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.spec.LineInfo;

/** What the verifier says of a program. */
public sealed interface Verdict {
    /** How much work it was. */
    Statistics statistics();

    /** The log in Linux's words, as the log level asks; "" at level 0. */
    String log();

    default boolean accepted() {
        return this instanceof Accepted;
    }

    /**
     * Linux would load the program.
     *
     * @param program the proof, which the runtime asks for
     */
    record Accepted(VerifiedProgram program, Statistics statistics, String log) implements Verdict {}

    /**
     * Linux would refuse the program.
     *
     * @param errno the error number of the load, positive
     * @param insn instruction at fault (slot index), -1 when it is the program as a whole
     * @param source the source line of {@code insn}, null when unknown
     * @param register the register that the message is about, -1 if none
     * @param message Linux's diagnostic: the last line of the log before the statistics, without newline
     * @param log Linux's log
     * @param explanation the same in plain English
     * @param hint what usually helps, "" if nothing is known
     */
    record Rejected(
            int errno,
            int insn,
            LineInfo source,
            int register,
            String message,
            String log,
            Statistics statistics,
            String explanation,
            String hint)
            implements Verdict {
        /** {@code file:line}, or "" when the source is unknown. */
        public String location() {
            return source == null ? "" : source.file() + ":" + source.line();
        }
    }
}
