package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.conformance.VerdictTable.Verdict;
import java.util.Set;

/**
 * One program: Linux's verdict beside the judge's.
 *
 * @param row what Linux said
 * @param judgement what the judge said
 * @param expectations how many messages the author expects; 0 if none, or if Linux 6.18 itself does not give them
 * @param expectationsMet how many of them the judge's log has, in order
 * @param log whether the log at level 2 is Linux's, byte for byte
 * @param features what the program uses
 * @param linuxNanos time that Linux took, 0 if unknown
 */
record Comparison(
        Row row,
        Judgement judgement,
        int expectations,
        int expectationsMet,
        Log log,
        Set<String> features,
        long linuxNanos) {
    /** How a log compares. */
    enum Log {
        SAME,
        DIFFERENT,
        /** Not compared. */
        UNKNOWN
    }

    /** The kinds of outcome, as {@code --show} names them. */
    enum Kind {
        SAME,
        FALSE_ACCEPT,
        FALSE_REJECT,
        UNSUPPORTED,
        TIMEOUT,
        CRASH,
        /** Linux itself gave no verdict. */
        UNKNOWN
    }

    Kind kind() {
        if (row.verdict() == Verdict.NONE) {
            return Kind.UNKNOWN;
        }
        return switch (judgement.outcome()) {
            case ACCEPT -> row.verdict() == Verdict.ACCEPT ? Kind.SAME : Kind.FALSE_ACCEPT;
            case REJECT -> row.verdict() == Verdict.REJECT ? Kind.SAME : Kind.FALSE_REJECT;
            case UNSUPPORTED -> Kind.UNSUPPORTED;
            case TIMEOUT -> Kind.TIMEOUT;
            case CRASH -> Kind.CRASH;
        };
    }

    boolean judged() {
        return row.verdict() != Verdict.NONE;
    }

    boolean bothReject() {
        return kind() == Kind.SAME && row.verdict() == Verdict.REJECT;
    }

    /** Linux's last words differ; where it refused without a word, there is nothing to differ from. */
    boolean messageDiffers() {
        return bothReject() && !row.message().isEmpty() && !judgement.message().equals(row.message());
    }

    boolean expectationMissed() {
        return expectationsMet < expectations;
    }

    /** Both accept, and both counted. */
    boolean costKnown() {
        boolean bothAccept = kind() == Kind.SAME && row.verdict() == Verdict.ACCEPT;
        return bothAccept && row.processed() > 0 && judgement.processed() > 0;
    }

    /** Processed instructions, the judge's over Linux's. */
    double costRatio() {
        return (double) judgement.processed() / row.processed();
    }

    boolean costDiffers() {
        return costKnown() && Math.abs(costRatio() - 1) > 0.1;
    }

    /** {@code object/program: linux=reject(message) skep=accept(12)}. */
    String line() {
        String linux = switch (row.verdict()) {
            case ACCEPT -> "accept(" + row.processed() + ")";
            case REJECT -> "reject(" + row.message() + ")";
            case NONE -> "none";
        };
        String skep = switch (judgement.outcome()) {
            case ACCEPT -> "accept(" + judgement.processed() + ")";
            case REJECT -> "reject(" + judgement.message() + ")";
            case UNSUPPORTED -> "unsupported(" + judgement.message() + ")";
            case TIMEOUT -> "timeout(" + judgement.message() + ")";
            case CRASH -> "crash(" + judgement.message() + ")";
        };
        String missed = expectationMissed() ? " expected messages: " + expectationsMet + " of " + expectations : "";
        return row.key() + ": linux=" + linux + " skep=" + skep + missed;
    }
}
