package dev.skep.conformance.fuzz;

import dev.skep.conformance.claim.ClaimsRun;
import dev.skep.conformance.claim.ClaimsTally;
import dev.skep.conformance.claim.Workers;
import dev.skep.conformance.fuzz.FuzzJudge.Answer;
import dev.skep.conformance.random.Rng;
import dev.skep.kernel.KernelModel;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.VerifierOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Judges so many damaged programs and objects, and runs what is accepted. Input {@code i} of a seed is always the same.
 */
final class FuzzRun {
    private static final long SLOW_NANOS = 20_000_000_000L;
    private static final int MAX_PROGRAMS = 6;
    private static final int SAMPLES = 3;
    private static final int RUNS = 2;

    private final FuzzSeeds seeds;
    private final KernelModel kernel;
    private final int maxInstructions;
    private final double objects;
    private final Map<String, List<FuzzFinding>> findings = new TreeMap<>();
    private long judged;
    private long accepted;
    private long unreadable;
    private long longest;
    private String longestPlace = "";
    private long findingCount;

    private final ClaimsTally runs = new ClaimsTally();

    /** @param objects share of inputs that are object files */
    FuzzRun(FuzzSeeds seeds, KernelModel kernel, int maxInstructions, double objects) {
        this.seeds = seeds;
        this.kernel = kernel;
        this.maxInstructions = maxInstructions;
        this.objects = objects;
    }

    void run(long seed, long count, int threads) throws InterruptedException {
        AtomicLong next = new AtomicLong();
        Workers.run(threads, watch -> {
            FuzzJudge judge = new FuzzJudge(kernel, maxInstructions);
            for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                long input = Rng.seed(seed, i);
                watch.guard(() -> one(judge, input));
            }
        });
    }

    /** Judges the input with this number. */
    void one(FuzzJudge judge, long input) {
        Rng rng = new Rng(input);
        String place = Long.toHexString(input);
        boolean object = seeds.objects() > 0 && rng.chance(objects);
        VerifierOptions options = judge.options(rng);
        long start = System.nanoTime();
        Answer answer = object
                ? judge.object(new ObjectMangler(rng).mangle(seeds.object(rng)), options, MAX_PROGRAMS, place)
                : judge.program(new ProgramMangler(rng).mangle(seeds.program(rng)), options, place);
        note(answer, place, System.nanoTime() - start);
        if (answer instanceof Answer.Judged judged && options.features().isEmpty()) {
            ClaimsRun run = new ClaimsRun(kernel, options, RUNS, runs);
            for (Verdict v : judged.verdicts()) {
                if (v instanceof Verdict.Accepted accepted) {
                    run.check(accepted.program().spec(), input, place);
                }
            }
        }
    }

    private synchronized void note(Answer answer, String place, long nanos) {
        judged++;
        if (nanos > longest) {
            longest = nanos;
            longestPlace = place;
        }
        switch (answer) {
            case Answer.Unreadable _ -> unreadable++;
            case Answer.Judged j -> accepted += j.verdicts().stream().anyMatch(Verdict::accepted) ? 1 : 0;
            case Answer.Wrong w -> find(w.finding());
        }
        if (nanos > SLOW_NANOS) {
            find(new FuzzFinding(FuzzFinding.Kind.SLOW, place, "took " + nanos / 1_000_000 + " ms", ""));
        }
    }

    private void find(FuzzFinding f) {
        findingCount++;
        List<FuzzFinding> alike = findings.computeIfAbsent(f.shape(), _ -> new ArrayList<>());
        if (alike.size() < SAMPLES) {
            alike.add(f);
        }
    }

    synchronized long judged() {
        return judged;
    }

    synchronized long accepted() {
        return accepted;
    }

    synchronized long unreadable() {
        return unreadable;
    }

    /** Findings, alike ones together, a few of each kind. */
    synchronized List<List<FuzzFinding>> findings() {
        List<List<FuzzFinding>> all = new ArrayList<>(findings.values());
        runs.groups()
                .forEach(group -> all.add(group.stream()
                        .map(v -> new FuzzFinding(FuzzFinding.Kind.RUN, v.place(), v.line(), ""))
                        .toList()));
        return all;
    }

    synchronized String text() {
        return String.format(
                        Locale.ROOT,
                        "%,d inputs judged: %,d with an accepted program, %,d refused as files, %,d findings; longest"
                                + " %d ms (%s)%n",
                        judged,
                        accepted,
                        unreadable,
                        findingCount,
                        longest / 1_000_000,
                        longestPlace)
                + "runs of accepted ones: " + runs.text();
    }
}
