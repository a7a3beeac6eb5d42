package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Skep beside Linux for a loader without any capability: counts, and the programs on which they differ. */
final class UnprivilegedTally {
    int judged;
    int same;
    int falseAccepts;
    int bothReject;
    int sameMessage;
    int bothAccept;
    int sameCost;
    int logs;
    int sameLog;
    int annotations;
    int metByLinux;
    int metByBoth;
    /** One line for each program that differs in anything. */
    final List<String> differences = new ArrayList<>();

    void add(UnprivilegedRow linux, UnprivilegedRow skep) {
        int both = Math.min(linux.met(), skep.met());
        annotations += linux.annotations();
        metByLinux += linux.met();
        metByBoth += both;
        boolean differs = both < linux.met();
        if (linux.verdict() != Verdict.NONE) {
            judged++;
            if (linux.verdict() != skep.verdict()) {
                differs = true;
                falseAccepts += skep.verdict() == Verdict.ACCEPT ? 1 : 0;
            } else {
                same++;
                differs |= !sameDetails(linux, skep);
                if (!linux.log().isEmpty()) {
                    boolean sameText = linux.log().equals(skep.log());
                    logs++;
                    sameLog += sameText ? 1 : 0;
                    differs |= !sameText;
                }
            }
        }
        if (differs) {
            differences.add(linux.key() + ": linux=" + linux.text() + " skep=" + skep.text());
        }
    }

    private boolean sameDetails(UnprivilegedRow linux, UnprivilegedRow skep) {
        if (linux.verdict() == Verdict.ACCEPT) {
            bothAccept++;
            boolean equal = linux.processed() == skep.processed();
            sameCost += equal ? 1 : 0;
            return equal;
        }
        if (linux.message().isEmpty()) {
            return true;
        }
        bothReject++;
        boolean equal = linux.message().equals(skep.message());
        sameMessage += equal ? 1 : 0;
        return equal;
    }

    /** Everything but the difference that is counted elsewhere: no program differs in its verdict. */
    boolean sameVerdicts() {
        return same == judged;
    }

    String text() {
        return String.format(
                "without capabilities: annotations met %d of the %d that Linux meets (%s), of %d in all%nsame verdict"
                        + " %d of %d (%s), false accepts %d; last message equal %d of %d (%s); instructions equal %d of %d"
                        + " (%s); whole log at level 2 equal %d of %d (%s)%n",
                metByBoth,
                metByLinux,
                Tally.percent(metByBoth, metByLinux),
                annotations,
                same,
                judged,
                Tally.percent(same, judged),
                falseAccepts,
                sameMessage,
                bothReject,
                Tally.percent(sameMessage, bothReject),
                sameCost,
                bothAccept,
                Tally.percent(sameCost, bothAccept),
                sameLog,
                logs,
                Tally.percent(sameLog, logs));
    }
}
