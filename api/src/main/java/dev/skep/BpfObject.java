package dev.skep;

import dev.skep.object.btf.Btf;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.map.ArrayMap;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A loaded object: its programs ready to run, its maps, rings and variables.
 *
 * <p><em>Errors</em>: asking for what is not there throws {@link NoSuchElementException} that names what is; asking for
 * a program by the wrong type {@link IllegalArgumentException}; anything after {@link #close} {@link
 * IllegalStateException}.
 */
public final class BpfObject implements AutoCloseable {
    private final Machine machine;
    private final ObjectFile file;
    private final Map<String, dev.skep.runtime.map.BpfMap> maps;
    private final List<LoadedProgram> programs;
    private final Map<String, Verdict.Accepted> verdicts;
    private final Sessions sessions;
    private boolean closed;

    BpfObject(
            Machine machine,
            ObjectFile file,
            Map<String, dev.skep.runtime.map.BpfMap> maps,
            List<LoadedProgram> programs,
            Map<String, Verdict.Accepted> verdicts,
            LoadOptions options) {
        this.machine = machine;
        this.file = file;
        this.maps = maps;
        this.programs = List.copyOf(programs);
        this.verdicts = verdicts;
        this.sessions = new Sessions(machine, options.account, options.deadline);
    }

    /** Name of the file. */
    public String name() {
        return file.spec().name();
    }

    /** What the file says. */
    public ObjectFile file() {
        return file;
    }

    /** Names of the programs loaded. */
    public List<String> programs() {
        return programs.stream().map(LoadedProgram::name).toList();
    }

    /** The verdict that let the program in. */
    public Verdict.Accepted verdict(String program) {
        return verdicts.get(find(program).name());
    }

    /** The program underneath, for what this API does not cover. */
    public LoadedProgram program(String name) {
        return find(name);
    }

    public XdpProgram xdp(String name) {
        return new XdpProgram(find(name, ProgramType.XDP), sessions);
    }

    /** A program on {@code __sk_buff}: tc, socket filter, cgroup or lightweight tunnel. */
    public SkbProgram skb(String name) {
        return new SkbProgram(
                find(
                        name,
                        ProgramType.SCHED_CLS,
                        ProgramType.SCHED_ACT,
                        ProgramType.SOCKET_FILTER,
                        ProgramType.CGROUP_SKB,
                        ProgramType.LWT_IN,
                        ProgramType.LWT_OUT,
                        ProgramType.LWT_XMIT,
                        ProgramType.LWT_SEG6LOCAL),
                sessions);
    }

    /** A program that is called with a block of memory of its caller's. */
    public SyscallProgram syscall(String name) {
        return new SyscallProgram(
                find(
                        name,
                        ProgramType.SYSCALL,
                        ProgramType.RAW_TRACEPOINT,
                        ProgramType.TRACEPOINT,
                        ProgramType.KPROBE,
                        ProgramType.PERF_EVENT),
                sessions);
    }

    /** A program on the arguments of a kernel function, tracepoint or security hook. */
    public TracedProgram traced(String name) {
        return new TracedProgram(
                find(name, ProgramType.LSM, ProgramType.TRACING, ProgramType.RAW_TRACEPOINT), sessions);
    }

    private LoadedProgram find(String name, ProgramType... types) {
        LoadedProgram program = find(name);
        if (!List.of(types).contains(program.spec().type())) {
            throw new IllegalArgumentException("program " + name + ": wrong type: type="
                    + program.spec().type().kernelName() + " wanted=" + List.of(types));
        }
        return program;
    }

    private LoadedProgram find(String name) {
        requireOpen();
        for (LoadedProgram p : programs) {
            if (p.name().equals(name)) {
                return p;
            }
        }
        throw new NoSuchElementException(name() + ": no such program: name=" + name + " programs=" + programs());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("object must be open: object=" + name());
        }
    }

    /** A map by its C name. */
    public dev.skep.runtime.map.BpfMap rawMap(String name) {
        requireOpen();
        dev.skep.runtime.map.BpfMap map = maps.get(name);
        if (map == null) {
            throw new NoSuchElementException(name() + ": no such map: name=" + name + " maps=" + maps.keySet());
        }
        return map;
    }

    /**
     * A map as Java values: records, boxed primitives, strings or byte arrays, matched to the map's BTF types by name.
     */
    public <K, V> BpfMap<K, V> map(String name, Class<K> keyType, Class<V> valueType) {
        return new BpfMap<>(rawMap(name), keyType, valueType);
    }

    /** Names of all maps. */
    public List<String> maps() {
        return List.copyOf(maps.keySet());
    }

    public RingBuffer ringBuffer(String name) {
        if (rawMap(name) instanceof RingBufferMap ring) {
            return new MachineRing(
                    name,
                    ring.ring(),
                    file.spec().btf(),
                    RecordTypes.of(file.spec().btf(), name));
        }
        throw wrongMap(name, MapType.RINGBUF);
    }

    public UserRingBuffer userRingBuffer(String name) {
        if (rawMap(name) instanceof UserRingBufferMap ring) {
            return new MachineUserRing(name, ring.ring());
        }
        throw wrongMap(name, MapType.USER_RINGBUF);
    }

    private IllegalArgumentException wrongMap(String name, MapType wanted) {
        return new IllegalArgumentException("map " + name + ": wrong type: type="
                + rawMap(name).type().kernelName() + " wanted=" + wanted.kernelName());
    }

    /** A variable of {@code .data}, {@code .bss} or {@code .rodata}. */
    public GlobalVariable global(String name) {
        requireOpen();
        Btf btf = file.spec().btf();
        List<String> seen = new ArrayList<>();
        for (dev.skep.runtime.map.BpfMap map : maps.values()) {
            MapSpec spec = map.spec();
            GlobalVariable.Place place = GlobalVariable.find(btf, spec, name);
            if (place != null && map instanceof ArrayMap section) {
                return new GlobalVariable(btf, place, section, machine.slab().memory());
            }
            if (ObjectLoader.isSection(btf, spec)) {
                seen.add(spec.name());
            }
        }
        throw new NoSuchElementException(name() + ": no such variable: name=" + name + " sections=" + seen);
    }

    /**
     * Unloads the programs and frees the maps; whoever waits for a ring of the object gets an exception. Idempotent.
     *
     * @throws IllegalStateException while a program runs, or from a handler of one of the object's rings: the object
     *     stays as it is
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            int runs = sessions.lent();
            if (runs == 0) {
                closeRings();
                runs = sessions.closeIfIdle();
            }
            if (runs != 0) {
                throw new IllegalStateException("object must be idle to be closed: object=" + name() + " runs=" + runs);
            }
            release();
        }
    }

    /** Waits for consumers at work and lets nobody use the rings any more. */
    void closeRings() {
        for (dev.skep.runtime.map.BpfMap map : maps.values()) {
            switch (map) {
                case RingBufferMap ring -> ring.ring().close();
                case UserRingBufferMap ring -> ring.ring().close();
                default -> {}
            }
        }
    }

    /** The object as part of a machine that is being closed: runs under way end with an exception. */
    synchronized void abandon() {
        if (!closed) {
            sessions.close();
            release();
        }
    }

    private void release() {
        closed = true;
        programs.forEach(machine::unload);
        maps.values().forEach(machine::closeMap);
    }
}
