package dev.skep.conformance;

import java.util.Collection;

/** Counts over some comparisons: one line of a report. */
final class Tally {
    int judged;
    int same;
    int falseAccepts;
    int falseRejects;
    int unsupported;
    int broken;
    int rejects;
    int messages;
    int expecting;
    int expected;
    int costs;
    int costsNear;
    int logs;
    int logsSame;
    long linuxProcessed;
    long skepProcessed;
    long linuxNanos;
    long skepNanos;

    static Tally of(Collection<Comparison> all) {
        Tally t = new Tally();
        all.stream().filter(Comparison::judged).forEach(t::add);
        return t;
    }

    private void add(Comparison c) {
        judged++;
        switch (c.kind()) {
            case SAME -> same++;
            case FALSE_ACCEPT -> falseAccepts++;
            case FALSE_REJECT -> falseRejects++;
            case UNSUPPORTED -> unsupported++;
            case TIMEOUT, CRASH -> broken++;
            case UNKNOWN ->
                throw new IllegalStateException("not judged: " + c.row().key());
        }
        if (c.bothReject()) {
            rejects++;
            messages += c.messageDiffers() ? 0 : 1;
        }
        if (c.expectations() > 0) {
            expecting++;
            expected += c.expectationMissed() ? 0 : 1;
        }
        if (c.log() != Comparison.Log.UNKNOWN) {
            logs++;
            logsSame += c.log() == Comparison.Log.SAME ? 1 : 0;
        }
        if (c.costKnown()) {
            costs++;
            costsNear += c.costDiffers() ? 0 : 1;
            linuxProcessed += c.row().processed();
            skepProcessed += c.judgement().processed();
        }
        if (c.linuxNanos() > 0 && c.judgement().nanos() > 0 && c.kind() == Comparison.Kind.SAME) {
            linuxNanos += c.linuxNanos();
            skepNanos += c.judgement().nanos();
        }
    }

    static String percent(int part, int whole) {
        if (whole == 0) {
            return "-";
        }
        return part == whole ? "100 %" : String.format("%.1f %%", Math.min(99.9, 100.0 * part / whole));
    }
}
