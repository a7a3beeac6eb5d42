package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every program of the corpus, object by object, linked as the recorder of the verdicts did. Safe for many threads. */
public final class CorpusPrograms {
    private final Corpus corpus;

    private CorpusPrograms(Corpus corpus) {
        this.corpus = corpus;
    }

    /** The corpus of this machine; empty if there is none. */
    public static Optional<CorpusPrograms> find() {
        return Corpus.find().map(CorpusPrograms::new);
    }

    /** Names of the objects that match, sorted. */
    public List<String> objects(String glob) throws IOException {
        return corpus.objects(glob);
    }

    /** The programs of one object by name; none when it cannot be read, and without those that cannot be linked. */
    public Map<String, ProgramSpec> of(String object) throws IOException {
        return linked(object, corpus.bytes(object));
    }

    /** The programs of an object that is at hand. */
    public static Map<String, ProgramSpec> linked(String object, byte[] bytes) {
        Map<String, ProgramSpec> programs = new LinkedHashMap<>();
        try {
            ObjectSpec spec = ObjectPipeline.read(object, bytes);
            for (UnlinkedProgram p : spec.programs()) {
                link(spec, p).ifPresent(linked -> programs.put(p.name(), linked));
            }
        } catch (ObjectFormatException e) {
            return Map.of();
        }
        return programs;
    }

    private static Optional<ProgramSpec> link(ObjectSpec spec, UnlinkedProgram program) {
        try {
            return Optional.of(ObjectPipeline.link(spec, program));
        } catch (ObjectFormatException e) {
            return Optional.empty();
        }
    }
}
