package dev.skep;

import dev.skep.kernel.Extensions;
import dev.skep.kernel.KernelModel;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.LinkOptions;
import dev.skep.object.spec.Linker;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ObjectReader;
import dev.skep.object.spec.ObjectSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * An object file opened for one kernel: its spec, and its programs linked on demand. Immutable but for a cache.
 *
 * <p>Programs are treated as veristat treats them: each alone, a program of unknown section as {@code sched_cls}, a map
 * of no entries given one.
 */
public final class ObjectFile {
    /** Largest file that is read: 256 MiB. */
    public static final long MAX_BYTES = 256L << 20;

    private final ObjectSpec spec;
    private final KernelModel kernel;
    private final LinkOptions options;
    private final Map<MapSpec, MapSpec> sized = new IdentityHashMap<>();

    private ObjectFile(ObjectSpec spec, KernelModel kernel, LinkOptions options) {
        this.spec = spec;
        this.kernel = kernel;
        this.options = options;
    }

    /**
     * Reads a file for a kernel.
     *
     * @throws ObjectFormatException when it is not a BPF object
     * @throws IOException when it cannot be read, or is larger than {@link #MAX_BYTES}
     */
    public static ObjectFile open(Path path, KernelModel kernel) throws ObjectFormatException, IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException(
                    path + ": larger than an object may be: bytes=" + Files.size(path) + " limit=" + MAX_BYTES);
        }
        return of(path.getFileName().toString(), Files.readAllBytes(path), kernel);
    }

    /** The same, from bytes at hand. */
    public static ObjectFile of(String name, byte[] bytes, KernelModel kernel) throws ObjectFormatException {
        return new ObjectFile(ObjectReader.read(name, bytes), kernel, LinkOptions.of(kernel.btf()));
    }

    /** The same file with other initial contents for the sections (maps) named. */
    ObjectFile withContents(Map<String, byte[]> contents) {
        return new ObjectFile(spec, kernel, options.withContents(contents));
    }

    public ObjectSpec spec() {
        return spec;
    }

    public KernelModel kernel() {
        return kernel;
    }

    public List<UnlinkedProgram> programs() {
        return spec.programs();
    }

    /**
     * The program of this name.
     *
     * @throws NoSuchElementException naming those that there are
     */
    public UnlinkedProgram program(String name) {
        List<String> names = new ArrayList<>();
        for (UnlinkedProgram p : spec.programs()) {
            if (p.name().equals(name)) {
                return p;
            }
            names.add(p.name());
        }
        throw new NoSuchElementException(spec.name() + ": no such program: name=" + name + " programs=" + names);
    }

    /** One program, linked, ready for the verifier. */
    public ProgramSpec link(UnlinkedProgram program) throws ObjectFormatException {
        ProgramSpec linked = resolved(program);
        if (linked.type() == ProgramType.UNSPEC) {
            linked = linked.withType(ProgramType.SCHED_CLS, (AttachType) null);
        }
        return linked.withMaps(linked.maps().stream().map(this::sized).toList());
    }

    /**
     * Linked with the kernel's functions; where one of Skep's own is missing, with those too, so that it is the
     * verifier that says which feature the program needs.
     */
    private ProgramSpec resolved(UnlinkedProgram program) throws ObjectFormatException {
        try {
            return Linker.link(spec, program, options);
        } catch (ObjectFormatException e) {
            KernelModel extended = Extensions.on(kernel, Set.of(Extensions.MALLOC_DYNPTR, Extensions.LINUX_619));
            boolean wanted = spec.externs().stream().anyMatch(x -> Extensions.featureOf(x.name()) != null);
            if (extended == kernel || !wanted) {
                throw e;
            }
            return Linker.link(spec, program, options.withTarget(extended.btf()));
        }
    }

    /**
     * The map as it is created: at least one entry where entries count. One result per spec, since identity matters.
     */
    public synchronized MapSpec sized(MapSpec map) {
        return sized.computeIfAbsent(map, ObjectFile::withEntries);
    }

    private static MapSpec withEntries(MapSpec map) {
        if (map.maxEntries() != 0 || map.type() == null) {
            return map;
        }
        return switch (map.type()) {
            case SK_STORAGE,
                    TASK_STORAGE,
                    INODE_STORAGE,
                    CGRP_STORAGE,
                    CGROUP_STORAGE,
                    PERCPU_CGROUP_STORAGE,
                    STRUCT_OPS,
                    UNSPEC -> map;
            case MapType _ -> map.withMaxEntries(1);
        };
    }
}
