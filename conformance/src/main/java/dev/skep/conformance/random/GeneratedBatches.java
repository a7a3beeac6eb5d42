package dev.skep.conformance.random;

import dev.skep.kernel.KernelModel;
import dev.skep.object.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;

/** Generated programs, a part of them mutated afterwards; those of one batch share their maps. */
final class GeneratedBatches implements Batch.Source {
    private static final int SIZE = 300;

    private final KernelModel kernel;
    private final boolean plain;

    GeneratedBatches(KernelModel kernel, boolean plain) {
        this.kernel = kernel;
        this.plain = plain;
    }

    @Override
    public Batch make(long seed) {
        Rng rng = new Rng(seed);
        Environment env = new Environment(kernel);
        ProgramGenerator generator = new ProgramGenerator(rng, env, plain);
        Mutator mutator = new Mutator(rng);
        List<ProgramSpec> programs = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            ProgramSpec program = generator.next("p" + i);
            ProgramSpec mutated = rng.chance(0.25) ? mutator.mutate(program, 1) : program;
            programs.add(Mutator.isProgram(mutated) ? mutated : program);
        }
        return new Batch(programs);
    }
}
