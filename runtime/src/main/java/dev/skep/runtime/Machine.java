package dev.skep.runtime;

import dev.skep.kernel.program.ExecutableProgram;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.MapEnvironment;
import dev.skep.runtime.map.Maps;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A virtual machine: one slab, the maps and programs that live in it, and its host. Programs of one machine can share maps; programs of
 * different machines share nothing.
 *
 * <p>Safe for many threads; each run needs a {@link RunContext} of its own. Closing frees the slab and ends what still runs.
 */
public final class Machine implements AutoCloseable {
    private final MachineOptions options;
    private final Slab slab;
    private final int seed;
    private long task;
    private final AtomicInteger nextCpu = new AtomicInteger();
    private final Registry<BpfMap> maps = new Registry<>(new BpfMap[16]);
    private final Registry<LoadedProgram> programs = new Registry<>(new LoadedProgram[16]);

    private final MapEnvironment.Neighbours neighbours = new MapEnvironment.Neighbours() {
        @Override
        public BpfMap map(int id) {
            return maps.get(id);
        }

        @Override
        public boolean isProgram(int id) {
            return programs.get(id) != null;
        }
    };

    private Machine(MachineOptions options) {
        this.options = options;
        slab = Slab.create(options.slabSize(), options.nativePages(), options.checkEveryAccess());
        seed = options.seed() != 0 ? options.seed() : ThreadLocalRandom.current().nextInt() | 1;
    }

    public static Machine create(MachineOptions options) {
        return new Machine(options);
    }

    public static Machine create() {
        return new Machine(MachineOptions.defaults());
    }

    public MachineOptions options() {
        return options;
    }

    public Slab slab() {
        return slab;
    }

    public Host host() {
        return options.host();
    }

    public int cpus() {
        return options.cpus();
    }

    /** The account of all that names no other. */
    public MemoryAccount account() {
        return options.account();
    }

    /** Makes a map that the machine's own account pays for. */
    public BpfMap createMap(MapSpec spec) {
        return createMap(spec, account());
    }

    /**
     * Makes a map.
     *
     * @throws dev.skep.runtime.map.InvalidMapException when Linux would refuse the spec
     * @throws dev.skep.runtime.memory.MemoryLimitException when the account or the slab cannot hold it
     */
    public BpfMap createMap(MapSpec spec, MemoryAccount account) {
        MapEnvironment environment = new MapEnvironment(
                slab, account, options.cpus(), seed, options.types().of(spec), (_, _) -> {}, neighbours);
        BpfMap map = Maps.create(environment, spec);
        map.assignId(maps.add(map));
        return map;
    }

    /** The map with this id, or null. */
    public BpfMap map(int id) {
        return maps.get(id);
    }

    /**
     * The map that a program's map pointer names.
     *
     * @throws MemoryFault when the address is not that of a map
     */
    public BpfMap mapAt(long address) {
        BpfMap map;
        try {
            map = maps.get(BpfMap.idAt(slab.memory(), address));
        } catch (IndexOutOfBoundsException e) {
            throw new MemoryFault("map pointer must be a map: address=0x" + Long.toHexString(address), e);
        }
        if (map == null || map.address() != address) {
            throw new MemoryFault("map pointer must be a map: address=0x" + Long.toHexString(address), null);
        }
        return map;
    }

    /** Frees a map. No loaded program may use it any more. */
    public void closeMap(BpfMap map) {
        maps.remove(map.id());
        map.close();
    }

    /**
     * Prepares a program to run.
     *
     * @param mapsOf a map of this machine for each of the program's map specs
     */
    public LoadedProgram load(ExecutableProgram program, Map<MapSpec, BpfMap> mapsOf) {
        return load(program, mapsOf, account());
    }

    /** Prepares a program; what it allocates while it runs is charged to {@code account}. */
    public LoadedProgram load(ExecutableProgram program, Map<MapSpec, BpfMap> mapsOf, MemoryAccount account) {
        LoadedProgram loaded = new LoadedProgram(this, program, mapsOf, account);
        loaded.assignId(programs.add(loaded));
        return loaded;
    }

    /** The program with this id, or null. */
    public LoadedProgram program(int id) {
        return programs.get(id);
    }

    /** Forgets a program. */
    public void unload(LoadedProgram program) {
        programs.remove(program.id());
    }

    /** A context for runs on one thread at a time. Contexts take the machine's CPU numbers in turn. */
    public RunContext newContext() {
        return new RunContext(this, Math.floorMod(nextCpu.getAndIncrement(), options.cpus()));
    }

    /** Address of the zeroed block that stands for the current {@code struct task_struct}. */
    public synchronized long currentTask() {
        if (task == 0) {
            task = slab.require(16 << 10);
        }
        return task;
    }

    /** A reusable packet for XDP programs. */
    public XdpBuffer newXdpBuffer() {
        return new XdpBuffer(slab, account());
    }

    /** A reusable packet for programs on {@code __sk_buff}. */
    public SkbBuffer newSkbBuffer() {
        return new SkbBuffer(slab, account());
    }

    @Override
    public void close() {
        maps.forEach(BpfMap::close);
        slab.close();
    }
}
