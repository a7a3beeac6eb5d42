package dev.skep.conformance.dynptr;

import dev.skep.conformance.Judgement;
import dev.skep.kernel.KernelModel;
import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxVerdict;
import dev.skep.verifier.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Compares random dynptr programs: both verdicts, then what the interpreter (every access checked), generated code and
 * the kernel leave behind. With extensions the kernel is left out, and all memory must be given back by each run.
 */
public final class DynptrFuzz {
    /** How one program ended. */
    public enum Kind {
        /** Accepted, and all engines agree. */
        SAME_RESULT,
        /** Rejected by both, with the same words; or by Skep alone where the kernel is not asked. */
        REJECTED,
        /** Rejected by Skep on purpose: see docs/dynptrs.md, "Stricter than Linux". */
        STRICTER,
        FALSE_REJECT,
        FALSE_ACCEPT,
        MESSAGE,
        RESULT,
        FAULT,
        /** The kernel would not load or run it for reasons of its own. */
        UNJUDGED
    }

    /**
     * One program's end.
     *
     * @param detail what differs; empty when nothing does
     */
    public record Finding(long seed, Kind kind, String detail, Subject subject) {
        public boolean isProblem() {
            return kind.compareTo(Kind.STRICTER) > 0 && kind != Kind.UNJUDGED;
        }
    }

    private final KernelModel kernel;
    private final Set<String> features;
    private final boolean live;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    /** With extensions the kernel must have their functions. */
    public DynptrFuzz(KernelModel kernel, Set<String> features) {
        this.kernel = kernel;
        this.features = features;
        live = features.isEmpty() && LinuxKernel.available().yes();
    }

    /** True when the running kernel is asked as well. */
    public boolean asksTheKernel() {
        return live;
    }

    public int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Makes and judges the program of this seed. */
    public Finding run(long seed) {
        Subject subject = new DynptrGenerator(kernel, features, seed).make();
        Finding finding;
        try {
            finding = judge(seed, subject);
        } catch (RuntimeException | AssertionError e) {
            finding = new Finding(seed, Kind.FAULT, e.toString(), subject);
        }
        counts.merge(finding.kind(), 1, Integer::sum);
        return finding;
    }

    private Finding judge(long seed, Subject subject) {
        Verdict own = Trial.verify(subject, kernel, features);
        Trial.Live linux = null;
        if (live) {
            try {
                linux = Trial.live(subject);
            } catch (LinuxException e) {
                return new Finding(seed, Kind.UNJUDGED, e.getMessage(), subject);
            }
            if (linux.verdict().outcome() == LinuxVerdict.Outcome.NONE) {
                return new Finding(seed, Kind.UNJUDGED, linux.verdict().problem(), subject);
            }
        }
        if (!(own instanceof Verdict.Accepted accepted)) {
            return rejected(seed, subject, own, linux);
        }
        if (linux != null && !linux.verdict().accepted()) {
            return new Finding(seed, Kind.FALSE_ACCEPT, linux.verdict().message(), subject);
        }
        Outcome slow = Trial.run(subject, accepted.program(), kernel, Trial.Engine.INTERPRETER);
        Outcome fast = Trial.run(subject, accepted.program(), kernel, Trial.Engine.COMPILED);
        String difference = slow.difference(fast);
        if (!difference.isEmpty()) {
            return new Finding(seed, Kind.RESULT, "interpreter and generated code: " + difference, subject);
        }
        String theirs = linux == null ? "" : slow.difference(linux.outcome());
        return new Finding(
                seed,
                theirs.isEmpty() ? Kind.SAME_RESULT : Kind.RESULT,
                theirs.isEmpty() ? "" : "Skep and Linux: " + theirs,
                subject);
    }

    private static Finding rejected(long seed, Subject subject, Verdict own, Trial.Live linux) {
        String mine = Judgement.withoutAddresses(Judgement.lastLine(own.log()));
        if (linux == null) {
            return new Finding(seed, Kind.REJECTED, mine, subject);
        }
        if (linux.verdict().accepted()) {
            boolean slice = mine.matches("R\\d invalid mem access 'scalar'");
            return new Finding(seed, slice ? Kind.STRICTER : Kind.FALSE_REJECT, mine, subject);
        }
        String theirs = Judgement.withoutAddresses(linux.verdict().message());
        return mine.equals(theirs)
                ? new Finding(seed, Kind.REJECTED, mine, subject)
                : new Finding(seed, Kind.MESSAGE, "Skep: " + mine + ", Linux: " + theirs, subject);
    }
}
