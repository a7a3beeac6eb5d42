package dev.skep.runtime;

import dev.skep.kernel.map.SpecialField;
import dev.skep.kernel.program.ExecutableProgram;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.runtime.helper.TimerService;
import dev.skep.runtime.kfunc.ObjectHeap;
import dev.skep.runtime.kfunc.ObjectType;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.map.MapEnvironment;
import dev.skep.runtime.map.Maps;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.MemoryFault;
import dev.skep.runtime.memory.Slab;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A virtual machine: one slab, the maps and programs that live in it, and its host. Programs of one machine can share
 * maps; programs of different machines share nothing.
 *
 * <p>Safe for many threads; each run needs a {@link RunContext} of its own. Closing frees the slab and ends what still
 * runs.
 */
public final class Machine implements AutoCloseable {
    private static final int VARIABLE_BYTES = 4096;
    private static final int FILE_BYTES = 512;

    private final MachineOptions options;
    private final Slab slab;
    private final int seed;
    private final ObjectHeap objects;
    private final TimerService timers;
    private long cgroup;
    private final java.util.Map<Integer, Long> variables = new java.util.HashMap<>();
    private long task;
    private final java.util.Map<Long, HostFile> files = new java.util.concurrent.ConcurrentHashMap<>();
    private final AtomicInteger nextCpu = new AtomicInteger();
    private final Registry<BpfMap> maps = new Registry<>(new BpfMap[16]);
    private final Registry<LoadedProgram> programs = new Registry<>(new LoadedProgram[16]);

    private final MapEnvironment.Neighbours neighbours = new MapEnvironment.Neighbours() {
        @Override
        public BpfMap map(int id) {
            return maps.get(id);
        }

        @Override
        public LoadedProgram program(int id) {
            return programs.get(id);
        }
    };

    private Machine(MachineOptions options) {
        this.options = options;
        slab = Slab.create(options.slabSize(), options.nativePages(), options.checkEveryAccess());
        objects = new ObjectHeap(slab, options.cpus());
        timers = new TimerService(this);
        seed = options.seed() != 0
                ? options.seed()
                : ThreadLocalRandom.current().nextInt() | 1;
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
        return createMap(spec, account, false);
    }

    /** The same; {@code linux619}: by the rules of Linux 6.19, which has ring buffers that overwrite. */
    public BpfMap createMap(MapSpec spec, MemoryAccount account, boolean linux619) {
        MapEnvironment environment = new MapEnvironment(
                slab, account, options.cpus(), seed, options.types().of(spec), this::release, neighbours, linux619);
        BpfMap map = Maps.create(environment, spec);
        map.assignId(maps.add(map));
        return map;
    }

    private void release(List<SpecialField> fields, long value) {
        for (SpecialField f : fields) {
            switch (f.kind()) {
                case TIMER, WORKQUEUE, TASK_WORK -> timers.release(value + f.offset());
                default -> {}
            }
        }
        objects.releaseFields(fields, value);
    }

    /** The objects that programs allocate. */
    public ObjectHeap objects() {
        return objects;
    }

    /** The timers of programs. */
    public TimerService timers() {
        return timers;
    }

    /** What hash functions start from. */
    public int seed() {
        return seed;
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

    /** The map that a slab block belongs to, or null. Slow. */
    BpfMap ownerOf(long block) {
        return maps.find(m -> m.ownsBlock(block));
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
        maps.forEach(m -> {
            if (m instanceof HandleArrayMap slots) {
                slots.forget(program);
            }
        });
    }

    /** A context for runs on one thread at a time. Contexts take the machine's CPU numbers in turn. */
    public RunContext newContext() {
        return new RunContext(this, Math.floorMod(nextCpu.getAndIncrement(), options.cpus()));
    }

    /** Address of the zeroed block that stands for the current {@code struct task_struct}. */
    public synchronized long currentTask() {
        if (task == 0) {
            task = block(16 << 10);
        }
        return task;
    }

    /**
     * Lets programs read a file.
     *
     * @return the address that programs know it by: a zeroed {@code struct file}, which the machine pays for until
     *     {@link #closeFile}
     */
    public long openFile(HostFile file) {
        int bytes = fileBytes();
        account().charge(bytes);
        long address = slab.require(bytes);
        files.put(address, java.util.Objects.requireNonNull(file));
        return address;
    }

    /**
     * Ends what {@link #openFile} began: reading it is -EFAULT from now on. No run may be given the address any more.
     */
    public void closeFile(long address) {
        if (files.remove(address) != null) {
            slab.free(address);
            account().uncharge(fileBytes());
        }
    }

    /** The file that programs know by this address, or null. */
    public HostFile file(long address) {
        return files.get(address);
    }

    private int fileBytes() {
        Btf types = options.types().kernelTypes();
        int id = types.find("file", BtfType.Struct.class);
        return id < 0 ? FILE_BYTES : (int) types.sizeOf(id);
    }

    /** A block that lives as long as the machine, which pays for it. */
    private long block(int bytes) {
        account().charge(bytes);
        return slab.require(bytes);
    }

    /** Address of the zeroed block that stands for the one {@code struct cgroup}. */
    public synchronized long currentCgroup() {
        if (cgroup == 0) {
            cgroup = block(8 << 10);
        }
        return cgroup;
    }

    /** Address of the zeroed block, one copy per CPU, that stands for the kernel variable with this BTF id. */
    public synchronized long kernelVariable(int btfId) {
        return variables.computeIfAbsent(btfId, _ -> {
            int type = objects.register(new ObjectType(VARIABLE_BYTES, List.of(), account()));
            long block = objects.allocate(type, true);
            if (block == 0) {
                throw slab.full(VARIABLE_BYTES);
            }
            return block;
        });
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
        timers.close();
        maps.forEach(BpfMap::close);
        slab.close();
    }
}
