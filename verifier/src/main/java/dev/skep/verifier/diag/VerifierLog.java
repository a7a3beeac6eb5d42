package dev.skep.verifier.diag;

/**
 * The kernel-format log as it grows. Text is made only when {@link #on()}.
 *
 * <p><em>Shape</em>: level bits as in the kernel: 1 the failing path only, 2 everything, 4 statistics only.
 */
public final class VerifierLog {
    private final int level;
    private final StringBuilder text = new StringBuilder();

    public VerifierLog(int level) {
        this.level = level;
    }

    /** Instruction-level text is wanted (level 1 or 2). */
    public boolean on() {
        return (level & 3) != 0;
    }

    /** Everything is wanted. */
    public boolean level2() {
        return (level & 2) != 0;
    }

    public int level() {
        return level;
    }

    /** Appends text when the log is on at all. */
    public void print(String s) {
        if (level != 0) {
            text.append(s);
        }
    }

    public int length() {
        return text.length();
    }

    /** Drops everything after {@code length}: level 1 forgets finished paths. */
    public void cutTo(int length) {
        text.setLength(length);
    }

    /** Overwrites the last character (a newline that becomes padding). */
    public void dropLast() {
        text.setLength(text.length() - 1);
    }

    public String text() {
        return text.toString();
    }
}
