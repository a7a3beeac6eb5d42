package dev.skep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java programs beside the examples compile against the API, and print what their programs have computed. */
class ExampleMainsTest {
    @TempDir
    static Path classes;

    @BeforeAll
    static void compile() throws Exception {
        List<String> command = new ArrayList<>(List.of(tool("javac"), "-cp", classPath(), "-d", classes.toString()));
        try (Stream<Path> all = Files.walk(Repository.root().resolve("examples"))) {
            all.map(Path::toString).filter(p -> p.endsWith(".java")).sorted().forEach(command::add);
        }
        assertThat(command).hasSizeGreaterThan(8);
        assertThat(run(command)).isEmpty();
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static String classPath() {
        String modules = System.getProperty("jdk.module.path", "");
        return System.getProperty("java.class.path") + (modules.isEmpty() ? "" : File.pathSeparator + modules);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String main(String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                tool("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes + File.pathSeparator + classPath(),
                name));
        command.addAll(List.of(arguments));
        return run(command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Events|events/events.bpf.o|34 bytes: a much longer line",
                "Commands|commands/commands.bpf.o|Answer[id=1, status=0, value=42]",
                "Tlv|tlv/tlv.bpf.o|type 2: Seen[items=1, bytes=5000]",
                "MallocDynptr|malloc-dynptr/malloc_dynptr.bpf.o|wanted 20000, got 5000, error 0",
            })
    void printsWhatItsProgramComputed(String main, String object, String line) throws Exception {
        assertThat(main(main, Repository.example(object).toString())).contains(line);
    }

    @Test
    void looksAtFiles() throws Exception {
        Path object = Repository.example("file-magic/file_magic.bpf.o");
        assertThat(main(
                        "FileMagic",
                        object.toString(),
                        object.toString(),
                        Repository.root().resolve("README.md").toString()))
                .contains("ELF 1, others 1, unread 0, last section table");
    }
}
