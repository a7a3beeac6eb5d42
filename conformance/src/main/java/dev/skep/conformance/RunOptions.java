package dev.skep.conformance;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a run covers and prints.
 *
 * @param objects glob over object names, with or without {@code .o}
 * @param programs glob over program names
 * @param type program type as libbpf names it; "" for all
 * @param feature one feature; "" for all
 * @param judge {@code skep} or {@code linux}
 * @param live take Linux's verdict from the running kernel instead of the table
 * @param jobs threads
 * @param timeoutSeconds for one program
 * @param annotations also judge under each author's flags and log level and match the expected messages
 * @param logs also compare whole logs at level 2
 * @param repeat how often to judge once more without log, for the best time (with {@code live} the kernel, too); 0
 *     takes the time of the judgement with log, and the recorded time of Linux
 * @param report where to write the parity page, or null
 * @param unprivileged judge as for a loader without any capability, and against what Linux tells such a loader
 * @param permit let the kernel answer such a loader for the time of the run, where it does not
 * @param show kinds of mismatch to print one by one
 */
record RunOptions(
        String objects,
        String programs,
        String type,
        String feature,
        String judge,
        boolean live,
        int jobs,
        int timeoutSeconds,
        boolean annotations,
        boolean logs,
        int repeat,
        Path report,
        boolean unprivileged,
        boolean permit,
        Set<Show> show) {
    /** What {@code --show} names. */
    enum Show {
        FALSE_ACCEPT,
        FALSE_REJECT,
        MESSAGE,
        EXPECTED,
        UNSUPPORTED,
        CRASH,
        COST,
        LOG,
        UNKNOWN,
        ALL;

        static Show of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    static final RunOptions DEFAULT = new RunOptions(
            "*",
            "*",
            "",
            "",
            "skep",
            false,
            2,
            60,
            true,
            false,
            0,
            null,
            false,
            false,
            EnumSet.of(Show.FALSE_ACCEPT, Show.FALSE_REJECT, Show.UNSUPPORTED, Show.CRASH));

    /** The same programs, and those of which Linux said nothing. */
    RunOptions all() {
        return new RunOptions(
                objects,
                programs,
                type,
                feature,
                judge,
                live,
                jobs,
                timeoutSeconds,
                annotations,
                logs,
                repeat,
                report,
                true,
                permit,
                show);
    }

    boolean shows(Comparison c) {
        return switch (c.kind()) {
            case FALSE_ACCEPT -> wants(Show.FALSE_ACCEPT);
            case FALSE_REJECT -> wants(Show.FALSE_REJECT);
            case UNSUPPORTED -> wants(Show.UNSUPPORTED);
            case TIMEOUT, CRASH -> wants(Show.CRASH);
            case UNKNOWN -> show.contains(Show.UNKNOWN);
            case SAME ->
                wants(Show.MESSAGE) && c.messageDiffers()
                        || wants(Show.EXPECTED) && c.expectationMissed()
                        || wants(Show.COST) && c.costDiffers()
                        || wants(Show.LOG) && c.log() == Comparison.Log.DIFFERENT;
        };
    }

    private boolean wants(Show s) {
        return show.contains(s) || show.contains(Show.ALL);
    }
}
