package dev.skep.linux;

import dev.skep.linux.LinuxVerdict.Statistics;

/** Reads the end of a verifier log: the statistics, and the line before them. */
final class LogText {
    private LogText() {}

    /**
     * The last line before the statistics; "" if there is none. Some messages end without a line break: statistics
     * follow at once.
     */
    static String message(String log) {
        int end = log.length();
        for (String statistics : new String[] {"verification time ", "processed "}) {
            int at = log.lastIndexOf(statistics);
            end = at < 0 ? end : Math.min(end, at);
        }
        String text = log.substring(0, end).stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    static Statistics statistics(String log) {
        int at = log.lastIndexOf("processed ");
        if (at < 0) {
            return Statistics.NONE;
        }
        return new Statistics(
                number(log, at, "processed "),
                (int) number(log, at, "max_states_per_insn "),
                (int) number(log, at, "total_states "),
                (int) number(log, at, "peak_states "),
                1000 * number(log, Math.max(0, log.lastIndexOf("verification time ")), "verification time "));
    }

    /** The decimal number after the first {@code label} at or after {@code from}; 0 if there is none. */
    private static long number(String log, int from, String label) {
        int at = log.indexOf(label, from);
        if (at < 0) {
            return 0;
        }
        long n = 0;
        for (int i = at + label.length(); i < log.length() && Character.isDigit(log.charAt(i)); i++) {
            n = n * 10 + log.charAt(i) - '0';
        }
        return n;
    }
}
