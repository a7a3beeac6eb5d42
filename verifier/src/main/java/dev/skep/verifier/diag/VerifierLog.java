package dev.skep.verifier.diag;

/**
 * The kernel-format log as it grows. Text is made only when {@link #on()}.
 *
 * <p><em>Shape</em>: level bits as in the kernel: 1 the failing path only, 2 everything, 4 statistics only. Like the
 * kernel's, the log has a limit and keeps the end of what is too long; positions count all characters ever written.
 */
public final class VerifierLog {
    /** Characters kept at least. */
    public static final int CAPACITY = 16 << 20;

    private final int level;
    private final StringBuilder text = new StringBuilder();
    /** Position of the first character still kept. */
    private long start;

    private final LogTrail trail;
    private boolean muted;

    public VerifierLog(int level) {
        this(level, null);
    }

    /** @param trail for level 1: records, or says, which visits' text is kept; null writes everything at once */
    public VerifierLog(int level, LogTrail trail) {
        this.level = level;
        this.trail = trail;
    }

    /** See {@link LogTrail}; null if there is none. */
    public LogTrail trail() {
        return trail;
    }

    /** Swallows what is printed from now on, or no longer. */
    public void mute(boolean on) {
        muted = on;
    }

    /** Instruction-level text is wanted (level 1 or 2). */
    public boolean on() {
        return (level & 3) != 0 && !muted;
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
        if (level != 0 && !muted) {
            text.append(s);
            trim();
        }
    }

    /** Where to append longer pieces; call only when the log is on, and {@link #trim} afterwards. */
    StringBuilder builder() {
        return text;
    }

    /** Forgets the beginning when the text has grown far beyond the limit. */
    void trim() {
        if (text.length() > 2 * CAPACITY) {
            int excess = text.length() - CAPACITY;
            text.delete(0, excess);
            start += excess;
        }
    }

    /** Position behind the last character. */
    public long position() {
        return start + text.length();
    }

    /** Drops everything from {@code position} on: level 1 forgets finished paths. */
    public void cutTo(long position) {
        if (position < start) {
            text.setLength(0);
            start = position;
        } else {
            text.setLength((int) (position - start));
        }
    }

    public String text() {
        return text.toString();
    }
}
