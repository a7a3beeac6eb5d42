package dev.skep.conformance.random;

import dev.skep.conformance.Samples;
import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Mutations of the corpus' programs: one program a batch. Changes pile up on what Skep still accepts, so that programs
 * get far from the one they began as and yet are walked to their end; about half of all programs are accepted.
 */
final class CorpusBatches implements Batch.Source {
    private static final int SIZE = 60;
    /** Objects with references, and whatever has a life of its own: half of all batches begin there. */
    private static final Pattern FOCUS =
            Pattern.compile("dynptr|ringbuf|kptr|iter|rbtree|list|refcount|lock|callback|_cb|timer|wq|task|obj_|ref_");

    private static final int TRIES = 3;
    private static final int MOST_INSTRUCTIONS = 50_000;

    private final Samples samples;
    private final KernelModel kernel;
    private final VerifierOptions options;

    CorpusBatches(Samples samples, KernelModel kernel, Privilege privilege) {
        this.samples = samples;
        this.kernel = kernel;
        this.options = new VerifierOptions(0, privilege, Set.of(), MOST_INSTRUCTIONS, false);
    }

    @Override
    public Batch make(long seed) {
        Rng rng = new Rng(seed);
        ProgramSpec base = base(rng);
        boolean climbs = rng.chance(0.85);
        Mutator mutator = new Mutator(rng);
        List<ProgramSpec> programs = new ArrayList<>();
        ProgramSpec now = base;
        for (int i = 0; i < SIZE; i++) {
            if (rng.chance(0.1)) {
                now = base;
            }
            ProgramSpec next = mutated(mutator, rng, now, 1 + rng.below(3));
            for (int t = 1; t < TRIES && climbs && !accepted(next); t++) {
                next = mutated(mutator, rng, now, 1);
            }
            programs.add(next);
            if (climbs && accepted(next)) {
                now = next;
            }
        }
        return new Batch(programs);
    }

    private ProgramSpec base(Rng rng) {
        boolean focused = rng.chance(0.5);
        while (true) {
            int number = rng.below(samples.size());
            if (focused && !FOCUS.matcher(samples.object(number)).find()
                    || !samples.accepted(number) && rng.chance(0.7)) {
                continue;
            }
            ProgramSpec p = samples.program(number);
            if (p != null) {
                return p;
            }
            focused = false;
        }
    }

    private static ProgramSpec mutated(Mutator mutator, Rng rng, ProgramSpec from, int changes) {
        ProgramSpec mutated = mutator.mutate(from, changes);
        return Mutator.isProgram(mutated) ? mutated : from;
    }

    private boolean accepted(ProgramSpec program) {
        return Verifier.verify(program, kernel, options).accepted();
    }
}
