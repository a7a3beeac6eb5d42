package dev.skep.cli;

/**
 * One row of the verdict table, whoever judged.
 *
 * @param verdict {@code success}, {@code failure} or {@code unsupported}
 * @param micros time that the verifier took
 * @param message why not, one line; "" on success
 * @param log the log, as asked for
 * @param details explanation lines for people, "" if there are none
 */
record Judgement(
        String file,
        String program,
        String verdict,
        long micros,
        long insns,
        long states,
        long peakStates,
        String message,
        String log,
        String details) {
    static final String SUCCESS = "success";
    static final String FAILURE = "failure";
    static final String UNSUPPORTED = "unsupported";

    static Judgement unsupported(String file, String program, String why) {
        return new Judgement(file, program, UNSUPPORTED, 0, 0, 0, 0, why, "", "");
    }
}
