package dev.skep.conformance;

/**
 * One verdict on one program.
 *
 * @param message last line of the log before the statistics if rejected; else what went wrong
 * @param log the whole log
 * @param processed instructions processed
 * @param nanos time taken
 */
public record Judgement(Outcome outcome, String message, String log, long processed, long nanos) {
    /** What came of it. */
    public enum Outcome {
        ACCEPT,
        REJECT,
        /** The judge says that it cannot judge this program. */
        UNSUPPORTED,
        /** No answer in time. */
        TIMEOUT,
        /** An exception where a verdict should be. */
        CRASH
    }

    static Judgement unsupported(String why) {
        return new Judgement(Outcome.UNSUPPORTED, why, "", 0, 0);
    }

    static Judgement crash(Throwable t) {
        StringBuilder s = new StringBuilder(t.toString().lines().findFirst().orElse(""));
        StackTraceElement[] frames = t.getStackTrace();
        for (int i = 0; i < Math.min(3, frames.length); i++) {
            s.append(" at ").append(frames[i].getFileName()).append(':').append(frames[i].getLineNumber());
        }
        return new Judgement(Outcome.CRASH, s.toString(), "", 0, 0);
    }

    /** The last line of a verifier log before the statistics. Some messages end without a line break: statistics follow at once. */
    static String lastLine(String log) {
        int end = log.lastIndexOf("processed ");
        String text = log.substring(0, end < 0 ? log.length() : end).stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1).replace('\t', ' ');
    }
}
