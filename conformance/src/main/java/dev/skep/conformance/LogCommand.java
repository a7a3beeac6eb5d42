package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ProgramSpec;
import java.io.IOException;
import java.io.PrintStream;

/** Prints one program's verifier log, or where it leaves the running kernel's. */
final class LogCommand {
    private static final int CONTEXT = 12;

    private LogCommand() {}

    static int run(Corpus corpus, Arguments a, PrintStream out) throws IOException {
        boolean asks = a.diff() || a.options().judge().equals("linux");
        return a.options().unprivileged() && asks
                ? UnprivilegedRun.withKernel(a.options(), () -> print(corpus, a, out))
                : print(corpus, a, out);
    }

    private static int print(Corpus corpus, Arguments a, PrintStream out) throws IOException {
        if (a.words().size() != 2) {
            throw new IllegalArgumentException("log needs an object and a program");
        }
        ProgramSpec program;
        try {
            program = corpus.program(a.words().get(0), a.words().get(1));
        } catch (ObjectFormatException e) {
            out.println(e.getMessage());
            return 1;
        }
        Judgement mine =
                Judges.named(a.options().judge(), a.options().unprivileged()).judge(program, a.level());
        if (!a.diff()) {
            out.print(mine.log());
            out.println(mine.outcome() + " " + mine.message());
            return 0;
        }
        Judgement linux = Judges.named("linux", a.options().unprivileged()).judge(program, a.level());
        String[] own = Judgement.withoutAddresses(mine.log()).split("\n");
        String[] theirs = Judgement.withoutAddresses(linux.log()).split("\n");
        int i = 0;
        while (i < Math.min(own.length, theirs.length) && own[i].equals(theirs[i])) {
            i++;
        }
        if (i == own.length && i == theirs.length) {
            out.println("the logs are equal: " + i + " lines");
            return 0;
        }
        for (int k = Math.max(0, i - CONTEXT); k < i; k++) {
            out.println("  " + own[k]);
        }
        for (int k = i; k < Math.min(own.length, i + CONTEXT); k++) {
            out.println("- " + own[k]);
        }
        for (int k = i; k < Math.min(theirs.length, i + CONTEXT); k++) {
            out.println("+ " + theirs[k]);
        }
        out.printf(
                "first difference at line %d; - %s %s, + linux %s%n",
                i + 1, a.options().judge(), mine.outcome(), linux.outcome());
        return 1;
    }
}
