package dev.skep;

import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxMap;
import dev.skep.linux.LinuxProgram;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.TestRun;
import dev.skep.object.ObjectFormatException;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.MapType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * An object loaded into the running kernel: its programs, to be test-run, and its maps and rings. Its rings are the
 * same types as those of a {@link BpfObject}. Closing it unloads everything.
 *
 * <p><em>Errors</em>: as {@link BpfObject}; what the kernel refuses is a {@link LinuxException} with its number.
 */
public final class LinuxObject implements AutoCloseable {
    private final ObjectFile file;
    private final LinuxLoader loader = new LinuxLoader();
    private final Map<String, LinuxProgram> programs = new LinkedHashMap<>();
    private final Map<String, MapSpec> maps = new LinkedHashMap<>();
    private final Map<String, KernelRing> rings = new LinkedHashMap<>();
    private final Map<String, KernelUserRing> userRings = new LinkedHashMap<>();
    private boolean closed;

    private LinuxObject(ObjectFile file) {
        this.file = file;
    }

    static LinuxObject load(ObjectFile file, String... wanted) throws ObjectFormatException, LinuxException {
        LinuxObject object = new LinuxObject(file);
        try {
            List<String> names = List.of(wanted);
            for (UnlinkedProgram p : file.programs()) {
                if (names.isEmpty() ? p.autoload() : names.contains(p.name())) {
                    object.add(file.link(p));
                }
            }
            names.forEach(file::program);
            return object;
        } catch (ObjectFormatException | LinuxException | RuntimeException e) {
            object.close();
            throw e;
        }
    }

    private void add(ProgramSpec spec) throws LinuxException {
        LinuxVerdict verdict = loader.load(spec, dev.skep.linux.LoadOptions.RUN);
        if (verdict.program().isEmpty()) {
            String why = verdict.problem().isEmpty() ? verdict.message() : verdict.problem();
            throw new LinuxException("program " + spec.name() + ": load", verdict.errno(), why);
        }
        programs.put(spec.name(), verdict.program().get());
        spec.maps().forEach(m -> maps.put(m.name(), m));
    }

    /** Name of the file. */
    public String name() {
        return file.spec().name();
    }

    /** Names of the programs loaded. */
    public List<String> programs() {
        return List.copyOf(programs.keySet());
    }

    /** A program, to be test-run. */
    public synchronized LinuxProgram program(String name) {
        requireOpen();
        LinuxProgram program = programs.get(name);
        if (program == null) {
            throw new NoSuchElementException(name() + ": no such program: name=" + name + " programs=" + programs());
        }
        return program;
    }

    /** Runs a program without a packet (syscall, raw tracepoint) once; returns R0. */
    public long run(String program, byte[] context) throws LinuxException {
        return program(program).testRun(new byte[0], context, 0, 0).retval();
    }

    /** Runs a program on a packet once. */
    public TestRun runPacket(String program, byte[] packet) throws LinuxException {
        return program(program).testRun(packet);
    }

    /** A map by its C name. */
    public synchronized LinuxMap map(String name) throws LinuxException {
        requireOpen();
        MapSpec spec = maps.get(name);
        if (spec == null) {
            throw new NoSuchElementException(name() + ": no such map: name=" + name + " maps=" + maps.keySet());
        }
        return loader.map(spec);
    }

    /** The ring of this name; the same one each time. */
    public synchronized RingBuffer ringBuffer(String name) throws LinuxException {
        LinuxMap map = map(name, MapType.RINGBUF);
        KernelRing ring = rings.get(name);
        if (ring == null) {
            ring = new KernelRing(
                    map, file.spec().btf(), RecordTypes.of(file.spec().btf(), name));
            rings.put(name, ring);
        }
        return ring;
    }

    /** The user ring of this name; the same one each time. */
    public synchronized UserRingBuffer userRingBuffer(String name) throws LinuxException {
        LinuxMap map = map(name, MapType.USER_RINGBUF);
        KernelUserRing ring = userRings.get(name);
        if (ring == null) {
            ring = new KernelUserRing(map);
            userRings.put(name, ring);
        }
        return ring;
    }

    private LinuxMap map(String name, MapType wanted) throws LinuxException {
        LinuxMap map = map(name);
        if (map.spec().type() != wanted) {
            throw new IllegalArgumentException("map " + name + ": wrong type: type="
                    + map.spec().type().kernelName() + " wanted=" + wanted.kernelName());
        }
        return map;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("object must be open: object=" + name());
        }
    }

    /** Unmaps the rings, unloads the programs, closes the maps. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            rings.values().forEach(KernelRing::close);
            closed = true;
            userRings.values().forEach(KernelUserRing::close);
            programs.values().forEach(LinuxProgram::close);
            loader.close();
        }
    }
}
