package dev.skep;

import dev.skep.verifier.Verdict;

/** A program that the verifier refused. The whole verdict is in {@link #verdict}. */
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Verdict.Rejected verdict;
    private final String program;

    RejectedException(String program, Verdict.Rejected verdict) {
        super(sentence(program, verdict));
        this.program = program;
        this.verdict = verdict;
    }

    private static String sentence(String program, Verdict.Rejected r) {
        String where = r.insn() < 0 ? "" : "insn " + r.insn() + ": ";
        String line = r.location().isEmpty() ? "" : " (" + r.location() + ")";
        return "program " + program + ": " + where + r.message() + line;
    }

    /** Name of the program. */
    public String program() {
        return program;
    }

    /** Why; null only in a deserialised exception. */
    public Verdict.Rejected verdict() {
        return verdict;
    }
}
