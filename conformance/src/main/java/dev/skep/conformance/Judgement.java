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

    /** The last line of a verifier log that is not empty and not statistics. */
    static String lastLine(String log) {
        String last = "";
        int at = 0;
        while (at < log.length()) {
            int end = log.indexOf('\n', at);
            end = end < 0 ? log.length() : end;
            String line = log.substring(at, end);
            if (line.startsWith("processed ") || line.startsWith("verification time ")) {
                break;
            }
            if (!line.isBlank()) {
                last = line;
            }
            at = end + 1;
        }
        return last.replace('\t', ' ');
    }
}
