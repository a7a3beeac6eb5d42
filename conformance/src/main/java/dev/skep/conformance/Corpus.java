package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;

/**
 * The folder of compiled selftests: {@code $SKEP_CORPUS}, or {@code ~/.cache/skep/corpus}. {@code corpus.sh} fills it.
 */
public final class Corpus {
    private final Path folder;
    private final Path objects;

    private Corpus(Path folder, Path objects) {
        this.folder = folder;
        this.objects = objects;
    }

    /** Any other folder of objects: {@code *.o}, below it too. */
    static Corpus of(Path objects) {
        return new Corpus(objects, objects);
    }

    /** The corpus of this machine; empty if it was never built. */
    public static Optional<Corpus> find() {
        String named = System.getenv("SKEP_CORPUS");
        Path folder = named == null || named.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "skep", "corpus")
                : Path.of(named);
        return Files.isDirectory(folder.resolve("obj"))
                ? Optional.of(new Corpus(folder, folder.resolve("obj")))
                : Optional.empty();
    }

    /** What to tell a user who has no corpus. */
    public static String howToBuild() {
        return "no corpus: run conformance/corpus.sh first (Debian, root, about 5 minutes);"
                + " SKEP_CORPUS names another folder";
    }

    /** Names of the objects that match, relative to the folder, sorted. */
    public List<String> objects(String glob) throws IOException {
        PathMatcher wanted = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        try (var files = Files.walk(objects)) {
            return files.map(objects::relativize)
                    .filter(n -> n.toString().endsWith(".o"))
                    .filter(n -> wanted.matches(n.getFileName()) || wanted.matches(Path.of(stem(n.toString()))))
                    .map(Path::toString)
                    .sorted()
                    .toList();
        }
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - 2);
    }

    public byte[] bytes(String object) throws IOException {
        return Files.readAllBytes(objects.resolve(object));
    }

    /** The types of the kernel that the corpus was built on; of the running one if they were not kept. */
    Path types() {
        Path kept = folder.resolve("vmlinux.btf");
        return Files.exists(kept) ? kept : Path.of("/sys/kernel/btf/vmlinux");
    }

    /** Reads one object. */
    public ObjectSpec read(String object) throws IOException, ObjectFormatException {
        return ObjectPipeline.read(object, bytes(object));
    }

    /** One program, ready for a judge. */
    public ProgramSpec program(String object, String name) throws IOException, ObjectFormatException {
        ObjectSpec spec = read(object);
        UnlinkedProgram p = Conformance.program(spec, name);
        if (p == null) {
            throw new ObjectFormatException(object, "", -1, "no such program: name=" + name);
        }
        return ObjectPipeline.link(spec, p);
    }
}
