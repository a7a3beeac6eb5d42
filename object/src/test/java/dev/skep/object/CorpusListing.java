package dev.skep.object;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Lists the programs of a corpus of objects, one row each: object, program, section, type, instructions, separated by
 * tabs. With {@code --link} it links each program against the running kernel's types and adds a column, {@code ok} or
 * the reason.
 *
 * <p>Usage: {@code CorpusListing [--link] DIRECTORY}, or {@code CorpusListing --compare VERDICTS.tsv DIRECTORY}, which
 * prints the rows that are in only one of the two lists and ends with their number as exit status.
 */
public final class CorpusListing {
    private CorpusListing() {}

    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        Path directory = Path.of(words.getLast());
        if (words.getFirst().equals("--compare")) {
            TreeSet<String> listed = new TreeSet<>(rows(directory, null));
            TreeSet<String> expected = new TreeSet<>();
            for (String line : Files.readAllLines(Path.of(words.get(1)))) {
                if (!line.startsWith("object\t")) {
                    expected.add(String.join("\t", List.of(line.split("\t", -1)).subList(0, 5)));
                }
            }
            TreeSet<String> missing = new TreeSet<>(expected);
            missing.removeAll(listed);
            TreeSet<String> extra = new TreeSet<>(listed);
            extra.removeAll(expected);
            missing.forEach(row -> System.out.println("missing\t" + row));
            extra.forEach(row -> System.out.println("extra\t" + row));
            System.out.println(listed.size() + " listed, " + expected.size() + " expected");
            System.exit(Math.min(255, missing.size() + extra.size()));
        }
        rows(directory, words.contains("--link") ? kernelTypes() : null).forEach(System.out::println);
    }

    private static Btf kernelTypes() throws IOException {
        try {
            return BtfReader.read("vmlinux", Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")), null);
        } catch (ObjectFormatException e) {
            throw new IOException(e);
        }
    }

    /** The rows of all objects that can be read; a null target means no linking. */
    static List<String> rows(Path directory, Btf target) throws IOException {
        List<String> out = new java.util.ArrayList<>();
        List<Path> files;
        try (Stream<Path> list = Files.list(directory)) {
            files = list.filter(p -> p.toString().endsWith(".o")).sorted().toList();
        }
        for (Path file : files) {
            try {
                ObjectSpec object = ObjectReader.read(file.getFileName().toString(), Files.readAllBytes(file));
                for (UnlinkedProgram p : object.programs()) {
                    // The recorded verdicts load programs of unknown section as classifiers.
                    ProgramType type = p.type() == ProgramType.UNSPEC ? ProgramType.SCHED_CLS : p.type();
                    String row =
                            String.join("\t", object.name(), p.name(), p.section(), type.kernelName(), "" + p.insns());
                    out.add(target == null ? row : row + "\t" + linked(object, p, target));
                }
            } catch (ObjectFormatException e) {
                System.err.println(e.getMessage());
            }
        }
        return out;
    }

    private static String linked(ObjectSpec object, UnlinkedProgram program, Btf target) {
        try {
            Linker.link(object, program, LinkOptions.of(target));
            return "ok";
        } catch (ObjectFormatException e) {
            return e.getMessage();
        }
    }
}
