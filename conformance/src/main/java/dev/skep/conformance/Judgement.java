package dev.skep.conformance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

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

    Judgement withNanos(long time) {
        return new Judgement(outcome, message, log, processed, time);
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

    /**
     * The last line of a verifier log before the statistics. Some messages end without a line break: statistics follow
     * at once.
     */
    public static String lastLine(String log) {
        int end = log.lastIndexOf("processed ");
        String text = log.substring(0, end < 0 ? log.length() : end).stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1).replace('\t', ' ');
    }

    private static final Pattern ADDRESS = Pattern.compile("0xffff[0-9a-f]{12}");

    /** The log with kernel addresses, which change from load to load, made one. */
    public static String withoutAddresses(String log) {
        return ADDRESS.matcher(log).replaceAll("0xffffxxxxxxxxxxxx");
    }

    /** A short fingerprint of a log, to compare it with a recorded one. */
    static String fingerprint(String log) {
        try {
            byte[] text = withoutAddresses(log).getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
