package dev.skep;

import dev.skep.kernel.KernelModels;
import dev.skep.linux.LinuxException;
import dev.skep.object.ObjectFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The running kernel as a place to run BPF programs, where it permits that: Linux, and the rights to call bpf(2). */
public final class Linux {
    private Linux() {}

    /** Loads all programs of an object that are loaded unless asked otherwise. Nothing is attached or pinned. */
    public static LinuxObject load(Path file, String... programs)
            throws ObjectFormatException, LinuxException, IOException {
        return load(file.getFileName().toString(), Files.readAllBytes(file), programs);
    }

    /**
     * The same, from bytes at hand.
     *
     * @param programs names of the programs to load; none: those that libbpf would load
     * @throws LinuxException when the kernel cannot be asked, or refuses a program or map; with its number
     */
    public static LinuxObject load(String name, byte[] bytes, String... programs)
            throws ObjectFormatException, LinuxException {
        return LinuxObject.load(ObjectFile.of(name, bytes, KernelModels.running()), programs);
    }
}
