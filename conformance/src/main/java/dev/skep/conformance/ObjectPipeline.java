package dev.skep.conformance;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfReader;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * From bytes to a program that is ready for a judge: reader, linker, and what the recorder changed. Links against the
 * types and the configuration of the kernel that the corpus was built on.
 */
public final class ObjectPipeline {
    private static final Path RUNNING_TYPES = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path RUNNING_CONFIG = Path.of("/proc/config.gz");

    /** Read once, on first use. */
    private static final class Host {
        static final Btf BTF = types();
        static final LinkOptions OPTIONS = LinkOptions.of(BTF).withConfig(config());
    }

    private ObjectPipeline() {}

    static ObjectSpec read(String name, byte[] bytes) throws ObjectFormatException {
        return ObjectReader.read(name, bytes);
    }

    static ProgramSpec link(ObjectSpec object, UnlinkedProgram program) throws ObjectFormatException {
        return Preparation.sized(Linker.link(object, Preparation.typed(program), Host.OPTIONS));
    }

    /** The kernel's types. */
    public static Btf hostTypes() {
        return Host.BTF;
    }

    private static Btf types() {
        Path file = Corpus.find().map(Corpus::types).orElse(RUNNING_TYPES);
        try {
            return BtfReader.read(file.getFileName().toString(), Files.readAllBytes(file), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ObjectFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code CONFIG_X=value} lines of the running kernel; empty if it does not tell. */
    private static Map<String, String> config() {
        Map<String, String> config = new HashMap<>();
        // the recording machine has no kprobes: libbpf finds no system call wrapper there
        config.put("LINUX_HAS_SYSCALL_WRAPPER", "0");
        if (Files.isReadable(RUNNING_CONFIG)) {
            try (var in = new BufferedReader(new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(RUNNING_CONFIG)), StandardCharsets.UTF_8))) {
                in.lines().filter(l -> l.startsWith("CONFIG_")).forEach(l -> {
                    int equals = l.indexOf('=');
                    config.put(l.substring(0, equals), l.substring(equals + 1));
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return config;
    }
}
