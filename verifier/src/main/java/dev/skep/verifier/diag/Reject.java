package dev.skep.verifier.diag;

/**
 * Ends the analysis with a rejection. Thrown by checks, caught once by the verifier's entry, which turns it into a
 * value; it never leaves the module and carries no stack trace.
 */
public final class Reject extends RuntimeException {
    public static final int EPERM = 1;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EINVAL = 22;
    public static final int EOPNOTSUPP = 95;

    private static final long serialVersionUID = 1;

    /** The instruction at fault, -1 when it is the program as a whole. */
    public final int insn;
    /** The error number Linux answers with, positive. */
    public final int errno;
    /** Log text in Linux's words: whole lines, each ending in a newline. */
    public final String text;

    private Reject(int insn, int errno, String text) {
        super(text, null, false, false);
        this.insn = insn;
        this.errno = errno;
        this.text = text;
    }

    /** A newline is added to {@code text} if it lacks one and is not empty. */
    public static Reject at(int insn, int errno, String text) {
        return new Reject(insn, errno, text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
    }

    /**
     * As {@link #at}, for the few messages that Linux prints without a newline: the next line of the log is glued to
     * them.
     */
    public static Reject withoutNewline(int insn, int errno, String text) {
        return new Reject(insn, errno, text);
    }
}
