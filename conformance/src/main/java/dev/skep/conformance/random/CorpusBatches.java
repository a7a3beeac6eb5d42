package dev.skep.conformance.random;

import dev.skep.conformance.Samples;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;

/** Mutations of the corpus' programs: one program a batch, changed in one to three places. */
final class CorpusBatches implements Batch.Source {
    private static final int SIZE = 60;

    private final Samples samples;

    CorpusBatches(Samples samples) {
        this.samples = samples;
    }

    @Override
    public Batch make(long seed) {
        Rng rng = new Rng(seed);
        ProgramSpec base = null;
        while (base == null) {
            base = samples.program(rng.below(samples.size()));
        }
        Mutator mutator = new Mutator(rng);
        List<ProgramSpec> programs = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            ProgramSpec mutated = mutator.mutate(base, 1 + rng.below(3));
            programs.add(Mutator.isProgram(mutated) ? mutated : base);
        }
        return new Batch(programs);
    }
}
