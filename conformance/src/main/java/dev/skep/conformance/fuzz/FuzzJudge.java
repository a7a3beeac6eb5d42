package dev.skep.conformance.fuzz;

import dev.skep.conformance.random.Rng;
import dev.skep.kernel.KernelModel;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.List;
import java.util.Set;

/** Asks for verdicts on damaged input and says what was wrong with the answer. For one thread. */
final class FuzzJudge {
    private static final int TRACE_LINES = 12;

    /** What became of an input. */
    sealed interface Answer {
        /** Refused as a file. */
        record Unreadable(String rule) implements Answer {}

        /** Verdicts on its programs. */
        record Judged(List<Verdict> verdicts) implements Answer {}

        /** Neither. */
        record Wrong(FuzzFinding finding) implements Answer {}
    }

    private final KernelModel kernel;
    private final int maxInstructions;

    /** @param maxInstructions the verifier's limit; Linux's is a million, which a damaged loop may well use up */
    FuzzJudge(KernelModel kernel, int maxInstructions) {
        this.kernel = kernel;
        this.maxInstructions = maxInstructions;
    }

    /** Any way in which a loader can ask. */
    VerifierOptions options(Rng rng) {
        Privilege privilege = rng.chance(0.7) ? Privilege.FULL : rng.pick(List.of(Privilege.BPF, Privilege.NONE));
        Set<String> features = rng.chance(0.9) ? Set.of() : Set.of("malloc-dynptr", "stack-dynptr");
        int level = rng.chance(0.7) ? 0 : rng.pick(1, 2, 4, 7);
        return new VerifierOptions(level, privilege, features, maxInstructions, rng.chance(0.1));
    }

    /** Verifies one program. */
    Answer program(ProgramSpec program, VerifierOptions options, String place) {
        try {
            Verdict verdict = Verifier.verify(program, kernel, options);
            String problem = problem(verdict, program);
            return problem == null
                    ? new Answer.Judged(List.of(verdict))
                    : new Answer.Wrong(new FuzzFinding(kind(problem), place, problem, ""));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return escaped(e, place);
        }
    }

    /** Reads an object, links its programs and verifies them. */
    Answer object(byte[] bytes, VerifierOptions options, int maxPrograms, String place) {
        try {
            ObjectSpec object = ObjectReader.read("damaged.o", bytes);
            List<Verdict> verdicts = new java.util.ArrayList<>();
            String rule = "";
            for (UnlinkedProgram p : object.programs()
                    .subList(0, Math.min(maxPrograms, object.programs().size()))) {
                try {
                    ProgramSpec linked = Linker.link(object, p, LinkOptions.of(kernel.btf()));
                    Answer answer = program(linked, options, place + " " + p.name());
                    switch (answer) {
                        case Answer.Judged j -> verdicts.addAll(j.verdicts());
                        default -> {
                            return answer;
                        }
                    }
                } catch (ObjectFormatException e) {
                    rule = e.rule();
                }
            }
            return verdicts.isEmpty() ? new Answer.Unreadable(rule) : new Answer.Judged(verdicts);
        } catch (ObjectFormatException e) {
            return new Answer.Unreadable(e.rule());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return escaped(e, place);
        }
    }

    private static Answer escaped(Throwable e, String place) {
        StringBuilder trace = new StringBuilder();
        StackTraceElement[] frames = e.getStackTrace();
        for (int i = 0; i < Math.min(TRACE_LINES, frames.length); i++) {
            trace.append("      at ").append(frames[i]).append('\n');
        }
        String text = e + (frames.length == 0 ? "" : " at " + frames[0]);
        return new Answer.Wrong(new FuzzFinding(FuzzFinding.Kind.ESCAPED, place, text, trace.toString()));
    }

    private static FuzzFinding.Kind kind(String problem) {
        return problem.startsWith("internal error") ? FuzzFinding.Kind.INTERNAL : FuzzFinding.Kind.VERDICT;
    }

    /** What contradicts itself in a verdict; null if nothing does. */
    private static String problem(Verdict verdict, ProgramSpec program) {
        if (!(verdict instanceof Verdict.Rejected r)) {
            return null;
        }
        if (r.message().startsWith("internal error")) {
            return r.message();
        }
        if (r.errno() <= 0) {
            return "errno must be positive: errno=" + r.errno() + " message=" + r.message();
        }
        if (r.insn() > program.code().size() || r.insn() < -1) {
            return "instruction must be the program's: insn=" + r.insn() + " message=" + r.message();
        }
        return null;
    }
}
