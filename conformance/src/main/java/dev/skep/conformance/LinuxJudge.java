package dev.skep.conformance;

import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.ProgramSpec;

/** The running kernel as judge. */
final class LinuxJudge implements Judge {
    private static final int LOG_BYTES = 16 << 20;
    private static final int EPERM = 1;

    private final boolean unprivileged;

    /** Asks with all capabilities. */
    LinuxJudge() {
        this(false);
    }

    /**
     * @param unprivileged ask with no capability at all: a refusal for that reason is a rejection with an empty message
     */
    LinuxJudge(boolean unprivileged) {
        this.unprivileged = unprivileged;
    }

    @Override
    public String name() {
        return "linux " + LinuxKernel.release();
    }

    @Override
    public Judgement judge(ProgramSpec program, int logLevel) {
        LinuxVerdict v = LinuxLoader.judge(program, new LoadOptions(logLevel, LOG_BYTES, false, unprivileged));
        long processed = v.statistics().processedInsns();
        long nanos = v.statistics().verificationNanos();
        return switch (v.outcome()) {
            case ACCEPT -> new Judgement(Judgement.Outcome.ACCEPT, "", v.log(), processed, nanos);
            case REJECT -> new Judgement(Judgement.Outcome.REJECT, v.message(), v.log(), processed, nanos);
            case NONE ->
                unprivileged && v.errno() == EPERM && v.problem().contains("load:")
                        ? new Judgement(Judgement.Outcome.REJECT, "", "", 0, 0)
                        : Judgement.unsupported(v.problem());
        };
    }
}
