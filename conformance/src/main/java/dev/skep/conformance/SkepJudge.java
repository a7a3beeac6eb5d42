package dev.skep.conformance;

import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.PoisonText;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.VerifierOptions.Privilege;

/** Skep's verifier as judge, with the kernel that the corpus was built on as its model. */
final class SkepJudge implements Judge {
    private static final String INTERNAL = "internal error";

    private final Privilege privilege;

    SkepJudge() {
        this(Privilege.FULL);
    }

    SkepJudge(Privilege privilege) {
        this.privilege = privilege;
    }

    @Override
    public String name() {
        return "skep";
    }

    @Override
    public Judgement judge(ProgramSpec program, int logLevel) {
        KernelModel kernel = Samples.kernel();
        VerifierOptions options = VerifierOptions.DEFAULT.withLogLevel(logLevel).withPrivilege(privilege);
        long start = System.nanoTime();
        Verdict verdict = Verifier.verify(program, kernel, options);
        long nanos = System.nanoTime() - start;
        long processed = verdict.statistics().processed();
        return switch (verdict) {
            case Verdict.Accepted a -> new Judgement(Judgement.Outcome.ACCEPT, "", a.log(), processed, nanos);
            case Verdict.Rejected r -> {
                String log = PoisonText.explain(program, r.log());
                String message = Judgement.lastLine(log);
                Judgement.Outcome outcome = !r.message().startsWith(INTERNAL)
                        ? Judgement.Outcome.REJECT
                        : r.message().contains("UnsupportedOperationException")
                                ? Judgement.Outcome.UNSUPPORTED
                                : Judgement.Outcome.CRASH;
                yield new Judgement(
                        outcome, outcome == Judgement.Outcome.REJECT ? message : r.message(), log, processed, nanos);
            }
        };
    }
}
