package dev.skep.conformance;

import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.ProgramSpec;

/** The running kernel as judge. */
final class LinuxJudge implements Judge {
    private static final int LOG_BYTES = 16 << 20;

    @Override
    public String name() {
        return "linux " + LinuxKernel.release();
    }

    @Override
    public Judgement judge(ProgramSpec program, int logLevel) {
        LinuxVerdict v = LinuxLoader.judge(program, new LoadOptions(logLevel, LOG_BYTES, false));
        long processed = v.statistics().processedInsns();
        long nanos = v.statistics().verificationNanos();
        return switch (v.outcome()) {
            case ACCEPT -> new Judgement(Judgement.Outcome.ACCEPT, "", v.log(), processed, nanos);
            case REJECT -> new Judgement(Judgement.Outcome.REJECT, v.message(), v.log(), processed, nanos);
            case NONE -> Judgement.unsupported(v.problem());
        };
    }
}
