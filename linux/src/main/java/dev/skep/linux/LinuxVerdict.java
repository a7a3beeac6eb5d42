package dev.skep.linux;

import java.util.Optional;

/**
 * What the kernel said of one program.
 *
 * @param outcome accepted, rejected, or never judged
 * @param errno 0 if accepted, else the kernel's number, positive
 * @param problem why there is no verdict ({@link Outcome#NONE}): {@code map events: create: EINVAL}; else ""
 * @param log the verifier's log; its end, if it was longer than asked for
 * @param statistics the numbers at the end of the log
 * @param program the loaded program, if it was accepted and kept
 */
public record LinuxVerdict(
        Outcome outcome, int errno, String problem, String log, Statistics statistics, Optional<LinuxProgram> program) {

    /** How far the program came. */
    public enum Outcome {
        ACCEPT,
        REJECT,
        /** It never reached the verifier: a map, its types or its attach target could not be had. */
        NONE
    }

    /**
     * The verifier's own account of its work; all 0 where it gave none.
     *
     * @param processedInsns instructions looked at, over all paths
     * @param maxStatesPerInsn most states kept for one instruction
     * @param totalStates states made
     * @param peakStates most states kept at one time
     * @param verificationNanos time taken, if log level 4 was asked for; the kernel counts microseconds
     */
    public record Statistics(
            long processedInsns, int maxStatesPerInsn, int totalStates, int peakStates, long verificationNanos) {
        static final Statistics NONE = new Statistics(0, 0, 0, 0, 0);
    }

    public boolean accepted() {
        return outcome == Outcome.ACCEPT;
    }

    /** The last line of the log before the statistics: for a rejected program, the reason. */
    public String message() {
        return LogText.message(log);
    }

    static LinuxVerdict none(String problem, int errno) {
        return new LinuxVerdict(Outcome.NONE, errno, problem, "", Statistics.NONE, Optional.empty());
    }
}
