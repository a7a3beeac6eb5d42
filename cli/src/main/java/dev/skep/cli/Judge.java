package dev.skep.cli;

import dev.skep.ObjectFile;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.util.function.BiConsumer;

/** Who judges a program: Skep's verifier or the running kernel. */
interface Judge {
    Judgement judge(ObjectFile file, UnlinkedProgram program);

    /**
     * Skep's own verifier.
     *
     * @param onAccept sees each program that is accepted, and the kernel that it was judged for
     */
    static Judge skep(VerifierOptions options, BiConsumer<VerifiedProgram, KernelModel> onAccept) {
        return (file, program) -> {
            String name = file.spec().name();
            ProgramSpec linked;
            try {
                linked = file.link(program);
            } catch (ObjectFormatException e) {
                return Judgement.unsupported(name, program.name(), e.getMessage());
            }
            long start = System.nanoTime();
            Verdict verdict = Verifier.verify(linked, file.kernel(), options);
            long micros = (System.nanoTime() - start) / 1000;
            var s = verdict.statistics();
            if (verdict instanceof Verdict.Accepted a) {
                onAccept.accept(a.program(), file.kernel());
            }
            return switch (verdict) {
                case Verdict.Accepted a ->
                    new Judgement(
                            name,
                            program.name(),
                            Judgement.SUCCESS,
                            micros,
                            s.processed(),
                            s.totalStates(),
                            s.peakStates(),
                            "",
                            a.log(),
                            "");
                case Verdict.Rejected r ->
                    new Judgement(
                            name,
                            program.name(),
                            Judgement.FAILURE,
                            micros,
                            s.processed(),
                            s.totalStates(),
                            s.peakStates(),
                            r.message(),
                            r.log(),
                            details(r));
            };
        };
    }

    private static String details(Verdict.Rejected r) {
        StringBuilder s = new StringBuilder();
        s.append("  ").append(r.message()).append('\n');
        if (r.insn() >= 0) {
            s.append("  at instruction ").append(r.insn());
            if (r.source() != null) {
                s.append(", ")
                        .append(r.location())
                        .append(": ")
                        .append(r.source().text().strip());
            }
            s.append('\n');
        }
        if (!r.explanation().isEmpty()) {
            s.append("  ").append(r.explanation()).append('\n');
        }
        if (!r.hint().isEmpty()) {
            s.append("  hint: ").append(r.hint()).append('\n');
        }
        return s.toString();
    }

    /**
     * The running kernel, for programs loaded and closed at once; asked without any capability if {@code unprivileged}.
     */
    static Judge linux(int logLevel, boolean unprivileged) {
        return (file, program) -> {
            String name = file.spec().name();
            ProgramSpec linked;
            try {
                linked = file.link(program);
            } catch (ObjectFormatException e) {
                return Judgement.unsupported(name, program.name(), e.getMessage());
            }
            LoadOptions load = LoadOptions.VERDICT.withLogLevel(logLevel == 0 ? 5 : logLevel | 4);
            LinuxVerdict v = LinuxLoader.judge(linked, unprivileged ? load.withoutCapabilities() : load);
            String verdict = switch (v.outcome()) {
                case ACCEPT -> Judgement.SUCCESS;
                case REJECT -> Judgement.FAILURE;
                case NONE -> Judgement.UNSUPPORTED;
            };
            var s = v.statistics();
            return new Judgement(
                    name,
                    program.name(),
                    verdict,
                    s.verificationNanos() / 1000,
                    s.processedInsns(),
                    s.totalStates(),
                    s.peakStates(),
                    v.outcome() == LinuxVerdict.Outcome.NONE ? v.problem() : v.message(),
                    logLevel == 0 ? "" : v.log(),
                    verdict.equals(Judgement.SUCCESS) ? "" : "  " + v.message() + "\n");
        };
    }
}
