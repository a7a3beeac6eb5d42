package dev.skep.conformance.random;

import dev.skep.conformance.Judgement;
import dev.skep.conformance.random.Finding.Kind;
import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.PoisonText;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;

/** Asks both verifiers about programs of one batch. For one thread; closing it closes the kernel's maps and types. */
final class Comparer implements AutoCloseable {
    private static final int LOG_BYTES = 64 << 10;
    private static final int WHOLE_LOG_BYTES = 4 << 20;
    private static final int HUGE_LOG_BYTES = 64 << 20;
    /** The log did not fit, whatever the verdict. */
    private static final int ENOSPC = 28;

    private final KernelModel kernel;
    private final VerifierOptions options;
    private final boolean wholeLogs;
    private final LinuxLoader loader = new LinuxLoader();
    private Runnable beforeSkep = () -> {};

    /** @param wholeLogs compare logs at level 2, line by line */
    Comparer(KernelModel kernel, VerifierOptions.Privilege privilege, boolean wholeLogs) {
        this.kernel = kernel;
        this.options = VerifierOptions.DEFAULT.withPrivilege(privilege).withLogLevel(wholeLogs ? 2 : 1);
        this.wholeLogs = wholeLogs;
    }

    /** Runs {@code what} between the kernel's judgement and Skep's. */
    Comparer beforeSkep(Runnable what) {
        beforeSkep = what;
        return this;
    }

    /** What both say. */
    record Pair(Verdict skep, LinuxVerdict linux) {}

    Pair judge(ProgramSpec program) {
        LinuxVerdict linux = loader.load(program, load(options.logLevel(), wholeLogs ? WHOLE_LOG_BYTES : LOG_BYTES));
        if (linux.errno() == ENOSPC) {
            linux = loader.load(program, load(options.logLevel(), HUGE_LOG_BYTES));
        }
        beforeSkep.run();
        return new Pair(Verifier.verify(program, kernel, options), linux);
    }

    Verdict skep(ProgramSpec program) {
        return Verifier.verify(program, kernel, options);
    }

    LinuxVerdict linux(ProgramSpec program, int level) {
        return loader.load(program, load(level, WHOLE_LOG_BYTES));
    }

    private LoadOptions load(int level, int logBytes) {
        LoadOptions load = new LoadOptions(level, logBytes, false);
        return options.privilege() == VerifierOptions.Privilege.NONE ? load.withoutCapabilities() : load;
    }

    Finding compare(ProgramSpec program, long batch, int index) {
        return finding(program, judge(program), batch, index);
    }

    private Finding finding(ProgramSpec program, Pair pair, long batch, int index) {
        String skep = account(program, pair.skep());
        LinuxVerdict l = pair.linux();
        String linux = switch (l.outcome()) {
            case ACCEPT -> "ACCEPT";
            case REJECT -> Judgement.lastLine(l.log()) + (silent(l) ? "errno " + l.errno() : "");
            case NONE -> "none: " + l.problem();
        };
        long mine = pair.skep().statistics().processed();
        long theirs = l.statistics().processedInsns();
        Kind kind = kind(pair, Judgement.withoutAddresses(skep), Judgement.withoutAddresses(linux));
        if (kind == Kind.SAME && mine != theirs) {
            kind = Kind.COST;
        }
        if (kind == Kind.SAME && pair.skep() instanceof Verdict.Rejected r && r.errno() != l.errno()) {
            return new Finding(
                    Kind.ERRNO, batch, index, program, skep + " errno " + r.errno(), linux + " errno " + l.errno());
        }
        if (kind == Kind.COST) {
            skep += " processed " + mine;
            linux += " processed " + theirs;
        } else if (kind == Kind.SAME && wholeLogs && l.log().length() < WHOLE_LOG_BYTES - 8192) {
            String[] lines = difference(PoisonText.explain(program, pair.skep().log()), l.log());
            if (lines != null) {
                return new Finding(Kind.LOG, batch, index, program, lines[0], lines[1]);
            }
        }
        return new Finding(kind, batch, index, program, skep, linux);
    }

    /** The walk was completed, and something after it failed. */
    private static boolean silent(LinuxVerdict l) {
        String last = Judgement.lastLine(l.log());
        return last.isEmpty() || last.startsWith("Func#");
    }

    private static Kind kind(Pair pair, String skep, String linux) {
        if (skep.startsWith("internal error") || skep.equals("TIMEOUT")) {
            return Kind.INTERNAL;
        }
        return switch (pair.linux().outcome()) {
            case NONE -> Kind.UNJUDGED;
            case ACCEPT -> pair.skep().accepted() ? Kind.SAME : Kind.FALSE_REJECT;
            case REJECT -> pair.skep().accepted() ? Kind.FALSE_ACCEPT : skep.equals(linux) ? Kind.SAME : Kind.MESSAGE;
        };
    }

    private static String account(ProgramSpec program, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accepted _ -> "ACCEPT";
            case Verdict.Rejected r when r.errno() == 11 && r.message().isEmpty() -> "TIMEOUT";
            case Verdict.Rejected r when r.message().startsWith("internal error") -> r.message();
            case Verdict.Rejected r -> Judgement.lastLine(PoisonText.explain(program, r.log()));
        };
    }

    /** The first lines that differ, own and the kernel's; null if none does. */
    static String[] difference(String own, String theirs) {
        String[] a = Judgement.withoutAddresses(own).split("\n");
        String[] b = Judgement.withoutAddresses(theirs).split("\n");
        for (int i = 0; i < Math.max(a.length, b.length); i++) {
            String mine = i < a.length ? a[i] : "";
            String other = i < b.length ? b[i] : "";
            if (!mine.equals(other)) {
                return new String[] {mine, other};
            }
        }
        return null;
    }

    @Override
    public void close() {
        loader.close();
    }
}
