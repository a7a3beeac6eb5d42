package dev.skep.conformance.random;

import dev.skep.conformance.Samples;
import java.io.IOException;

/** Sources of programs by name. */
final class Sources {
    private Sources() {}

    static Batch.Source named(String name) throws IOException {
        return switch (name) {
            case "corpus" -> new CorpusBatches(samples());
            default -> throw new IllegalArgumentException("source must be generated, corpus or both: source=" + name);
        };
    }

    private static Samples samples() throws IOException {
        return Samples.find().orElseThrow(() -> new IllegalArgumentException("there is no corpus to mutate"));
    }
}
