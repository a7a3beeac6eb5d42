package dev.skep.conformance;

import dev.skep.conformance.VerdictTable.Row;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Records what {@link Baseline} reads from the running kernel: {@code linux-6.18-times.tsv} (the best of three,
 * microseconds), {@code linux-6.18-messages.tsv} (expected messages, and how many the kernel gives) and {@code
 * linux-6.18-logs.tsv} (fingerprints of logs at level 2, of programs with not too many instructions to process).
 */
final class Recorder {
    private static final int REPEAT = 3;
    private static final long MAX_LOGGED = 20_000;

    private Recorder() {}

    static void run(Corpus corpus, VerdictTable table, Path folder, PrintStream out) throws IOException {
        List<String> times = new ArrayList<>(List.of("object\tprogram\tusec"));
        List<String> messages = new ArrayList<>(List.of("object\tprogram\texpected\tmatched"));
        List<String> logs = new ArrayList<>(List.of("object\tprogram\tfingerprint"));
        Judge linux = new LinuxJudge();
        for (String object : corpus.objects("*")) {
            ObjectSpec spec;
            try {
                spec = corpus.read(object);
            } catch (ObjectFormatException _) {
                continue;
            }
            for (UnlinkedProgram p : spec.programs()) {
                Row row = table.row(object, p.name());
                if (row != null && row.verdict() != VerdictTable.Verdict.NONE) {
                    record(linux, spec, p, row, times, messages, logs);
                }
            }
            out.println(object);
        }
        Files.write(folder.resolve("linux-6.18-times.tsv"), times);
        Files.write(folder.resolve("linux-6.18-messages.tsv"), messages);
        Files.write(folder.resolve("linux-6.18-logs.tsv"), logs);
    }

    private static void record(
            Judge linux,
            ObjectSpec object,
            UnlinkedProgram p,
            Row row,
            List<String> times,
            List<String> messages,
            List<String> logs) {
        ProgramSpec program;
        try {
            program = ObjectPipeline.link(object, p);
        } catch (ObjectFormatException _) {
            return;
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < REPEAT; i++) {
            Judgement j = linux.judge(program, 4);
            if (j.nanos() == 0) {
                break;
            }
            best = Math.min(best, j.nanos());
        }
        if (best != Long.MAX_VALUE) {
            times.add(row.object() + "\t" + row.program() + "\t" + best / 1000);
        }
        if (row.processed() <= MAX_LOGGED) {
            String log = Judgement.fingerprint(linux.judge(program, 2).log());
            if (log.equals(Judgement.fingerprint(linux.judge(program, 2).log()))) {
                logs.add(row.object() + "\t" + row.program() + "\t" + log);
            }
        }
        Annotations a = Annotations.of(object.btf(), p.name());
        if (a.expectsMessages()) {
            Judgement j = linux.judge(program.withFlags(program.flags() | a.flags()), a.logLevel());
            messages.add(
                    row.object() + "\t" + row.program() + "\t" + a.messages().size() + "\t" + a.matched(j.log()));
        }
    }
}
