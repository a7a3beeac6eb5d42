package dev.skep.conformance.probe;

import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.io.PrintStream;
import java.util.regex.Pattern;

/**
 * Compares Skep's verdict, last message and whole level 2 log on a program with the running kernel's, and keeps count.
 */
final class Comparer {
    private static final int LOG = 1 << 20;
    private static final Pattern NOISE = Pattern.compile("0xffff[0-9a-f]{12}|verification time.*|\\(\\d[^\\n"
            + "]*live stack update[^\\n"
            + "]*|Live regs[\\s\\S]*?(?=0: R1)");

    private final KernelModel kernel;
    private final PrintStream out;
    private int programs;
    private int verdicts;
    private int messages;
    private int logs;

    Comparer(KernelModel kernel, PrintStream out) {
        this.kernel = kernel;
        this.out = out;
    }

    /** Programs judged so far. */
    int programs() {
        return programs;
    }

    /** Programs of which something differed. */
    int differences() {
        return verdicts + messages + logs;
    }

    void summary(Target target) {
        out.printf(
                "%s: %d programs, other verdict %d, other message %d, other log %d%n",
                target, programs, verdicts, messages, logs);
    }

    void compare(LinuxLoader loader, ProgramSpec program, String what) {
        LinuxVerdict theirs = loader.load(program, new LoadOptions(2, LOG, false));
        if (theirs.outcome() == LinuxVerdict.Outcome.NONE) {
            return;
        }
        programs++;
        Verdict ours = Verifier.verify(program, kernel, VerifierOptions.DEFAULT.withLogLevel(2));
        boolean accept = ours instanceof Verdict.Accepted;
        String ourLog = log(ours instanceof Verdict.Rejected r ? r.log() : ((Verdict.Accepted) ours).log());
        String theirLog = log(theirs.log());
        String ourMessage = last(ourLog);
        String theirMessage = last(theirLog);
        String problem;
        if (accept != (theirs.outcome() == LinuxVerdict.Outcome.ACCEPT)) {
            verdicts++;
            problem = "verdict";
        } else if (!accept && !ourMessage.equals(theirMessage)) {
            messages++;
            problem = "message";
        } else if (!ourLog.equals(theirLog)) {
            logs++;
            problem = "log";
            String[] pair = firstDifference(ourLog, theirLog);
            theirMessage = pair[1];
            ourMessage = pair[0];
        } else {
            return;
        }
        if (ours instanceof Verdict.Rejected r && r.message().startsWith("internal")) {
            ourMessage = r.message();
        }
        out.printf(
                "%s: %s: linux=%s(%s) skep=%s(%s)%n",
                problem, what, theirs.outcome(), theirMessage, accept ? "ACCEPT" : "REJECT", ourMessage);
    }

    private static String log(String text) {
        return NOISE.matcher(text).replaceAll("#");
    }

    private static String last(String log) {
        int end = log.lastIndexOf("processed ");
        String text =
                log.substring(0, end < 0 ? log.length() : end).replace("#", "").stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private static String[] firstDifference(String a, String b) {
        String[] x = a.split("\n");
        String[] y = b.split("\n");
        int i = 0;
        while (i < Math.min(x.length, y.length) && x[i].equals(y[i])) {
            i++;
        }
        return new String[] {i < x.length ? x[i] : "(end)", i < y.length ? y[i] : "(end)"};
    }
}
