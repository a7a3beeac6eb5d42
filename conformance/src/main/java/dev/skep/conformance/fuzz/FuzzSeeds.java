package dev.skep.conformance.fuzz;

import dev.skep.conformance.Samples;
import dev.skep.conformance.random.Batch;
import dev.skep.conformance.random.Rng;
import dev.skep.conformance.random.Sources;
import dev.skep.kernel.KernelModel;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sound programs and objects to damage. Safe for many threads. */
final class FuzzSeeds {
    private static final int GENERATED = 600;

    private final List<ProgramSpec> programs = new ArrayList<>();
    private final List<byte[]> objects = new ArrayList<>();
    private Samples samples;

    private FuzzSeeds() {}

    /** Generated programs, and the objects below a folder with their programs. */
    static FuzzSeeds of(KernelModel kernel, Path folder) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds();
        Batch.Source generated = Sources.generated(kernel);
        for (long batch = 1; seeds.programs.size() < GENERATED; batch++) {
            seeds.programs.addAll(generated.make(batch).programs());
        }
        try (var files = Files.walk(folder)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".o")).sorted().toList()) {
                seeds.add(file, kernel);
            }
        }
        return seeds;
    }

    private void add(Path file, KernelModel kernel) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            ObjectSpec object = ObjectReader.read(file.getFileName().toString(), bytes);
            objects.add(bytes);
            for (UnlinkedProgram p : object.programs()) {
                ProgramSpec linked = Linker.link(object, p, LinkOptions.of(kernel.btf()));
                // as many as the generated ones of a batch, or they would hardly ever be drawn
                programs.addAll(java.util.Collections.nCopies(20, linked));
            }
        } catch (ObjectFormatException e) {
            // made for a kernel with other types: a seed as bytes only
            return;
        }
    }

    /** With the corpus' programs too. */
    FuzzSeeds withCorpus() throws IOException {
        samples = Samples.find().orElseThrow(() -> new IllegalArgumentException("there is no corpus"));
        return this;
    }

    int objects() {
        return objects.size();
    }

    ProgramSpec program(Rng rng) {
        if (samples != null && rng.chance(0.7)) {
            ProgramSpec p = samples.program(rng.below(samples.size()));
            if (p != null) {
                return p;
            }
        }
        return rng.pick(programs);
    }

    byte[] object(Rng rng) {
        return rng.pick(objects);
    }
}
