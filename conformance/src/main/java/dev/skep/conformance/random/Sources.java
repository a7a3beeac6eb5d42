package dev.skep.conformance.random;

import dev.skep.conformance.Samples;
import dev.skep.kernel.KernelModel;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;

/** Sources of programs by name. */
public final class Sources {
    private Sources() {}

    /** {@code generated}, {@code corpus}, {@code both}, or {@code numbers}. */
    public static Batch.Source named(String name, Privilege privilege) throws IOException {
        return switch (name) {
            case "corpus" -> new CorpusBatches(samples(), Samples.kernel(), privilege);
            case "generated" -> new GeneratedBatches(Samples.kernel(), privilege == Privilege.NONE);
            case "both" -> {
                Batch.Source corpus = new CorpusBatches(samples(), Samples.kernel(), privilege);
                Batch.Source generated = new GeneratedBatches(Samples.kernel(), privilege == Privilege.NONE);
                yield seed -> (seed & 1) == 0 ? corpus.make(seed) : generated.make(seed);
            }
            case "numbers" -> new NumberBatches(privilege != Privilege.FULL);
            default ->
                throw new IllegalArgumentException("source must be generated, corpus, both or numbers: source=" + name);
        };
    }

    /** Generated programs for any kernel, whichever this machine has. */
    public static Batch.Source generated(KernelModel kernel) {
        return new GeneratedBatches(kernel, false);
    }

    /** Programs of nothing but numbers. */
    public static Batch.Source numbers() {
        return new NumberBatches(false);
    }

    private static Samples samples() throws IOException {
        return Samples.find().orElseThrow(() -> new IllegalArgumentException("there is no corpus to mutate"));
    }
}
