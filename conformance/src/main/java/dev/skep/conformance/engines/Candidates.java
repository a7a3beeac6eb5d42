package dev.skep.conformance.engines;

import dev.skep.conformance.CorpusPrograms;
import dev.skep.conformance.random.Batch;
import dev.skep.conformance.random.Sources;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.verifier.VerifierOptions.Privilege;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Where programs come from, batch by batch. Safe for many threads. */
interface Candidates {
    /** Batch {@code n}; null after the last. */
    List<Candidate> batch(long n);

    /** Every program of the corpus' objects that match. */
    static Candidates corpus(String glob) throws IOException {
        CorpusPrograms corpus = CorpusPrograms.find()
                .orElseThrow(() -> new IllegalArgumentException("there is no corpus: run conformance/corpus.sh first"));
        List<String> objects = corpus.objects(glob);
        return n -> {
            if (n >= objects.size()) {
                return null;
            }
            String object = objects.get((int) n);
            try {
                return named(object, corpus.of(object));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** Every program under {@code examples} and {@code benchmarks} of this repository. */
    static Candidates examples(Path root) throws IOException {
        List<Path> objects = new ArrayList<>();
        for (String folder : List.of("examples", "benchmarks")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.filter(p ->
                                p.toString().endsWith(".bpf.o") && !p.toString().contains("target"))
                        .sorted()
                        .forEach(objects::add);
            }
        }
        return n -> {
            if (n >= objects.size()) {
                return null;
            }
            Path object = objects.get((int) n);
            try {
                String name = object.getFileName().toString();
                return named(name, CorpusPrograms.linked(name, Files.readAllBytes(object)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /**
     * Random programs without end.
     *
     * @param source {@code generated}, {@code corpus} or {@code both}: what is generated, or the corpus changed at
     *     random, in turn
     */
    static Candidates random(String source, long seed) throws IOException {
        Batch.Source batches = Sources.named(source, Privilege.FULL);
        return n -> {
            long batchSeed = new SplittableRandom(seed * 0x9e37_79b9_7f4a_7c15L + n).nextLong();
            List<Candidate> all = new ArrayList<>();
            for (ProgramSpec p : batches.make(batchSeed).programs()) {
                all.add(new Candidate(Long.toHexString(batchSeed) + "/" + all.size(), p));
            }
            return all;
        };
    }

    /** One random program by its name. */
    static Candidate one(String source, String name) throws IOException {
        int slash = name.indexOf('/');
        long batchSeed = Long.parseUnsignedLong(name.substring(0, slash), 16);
        Batch batch = Sources.named(source, Privilege.FULL).make(batchSeed);
        return new Candidate(name, batch.programs().get(Integer.parseInt(name.substring(slash + 1))));
    }

    private static List<Candidate> named(String object, Map<String, ProgramSpec> programs) {
        List<Candidate> all = new ArrayList<>();
        programs.forEach((name, p) -> all.add(new Candidate(object + "/" + name, p)));
        return all;
    }
}
