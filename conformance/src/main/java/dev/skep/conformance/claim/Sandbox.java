package dev.skep.conformance.claim;

import dev.skep.conformance.random.Rng;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Host;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.HandleArrayMap;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import dev.skep.verifier.claim.Claims;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One program in a machine of its own that checks every access, with maps filled at random. The same seed makes the
 * same runs. Program arrays hold the program itself.
 */
final class Sandbox implements AutoCloseable {
    private static final long SLAB_BYTES = 128L << 20;
    private static final long MAX_BACK_EDGES = 2_000;
    private static final int CONTEXT_BYTES = 1 << 16;
    private static final int ARGUMENTS = 16;

    /** Types whose context is an skb. */
    private static final Set<ProgramType> ON_SKB = EnumSet.of(
            ProgramType.SOCKET_FILTER,
            ProgramType.SCHED_CLS,
            ProgramType.SCHED_ACT,
            ProgramType.CGROUP_SKB,
            ProgramType.LWT_IN,
            ProgramType.LWT_OUT,
            ProgramType.LWT_XMIT,
            ProgramType.LWT_SEG6LOCAL,
            ProgramType.SK_SKB);
    /** Types whose context is plain bytes. */
    private static final Set<ProgramType> ON_BYTES = EnumSet.of(
            ProgramType.SYSCALL,
            ProgramType.KPROBE,
            ProgramType.TRACEPOINT,
            ProgramType.PERF_EVENT,
            ProgramType.RAW_TRACEPOINT);
    /** Types whose context is the arguments of a kernel function. */
    private static final Set<ProgramType> ON_ARGUMENTS = EnumSet.of(ProgramType.TRACING, ProgramType.LSM);

    private final Machine machine;
    private final LoadedProgram program;
    private final RunContext cx;
    private final Inputs inputs;
    private final Rng rng;
    private final RegisterCheck registers;
    private final ClaimCheck check;
    private final Btf types;
    private PacketBuffer packet;
    private long block;

    Sandbox(VerifiedProgram verified, List<Claims> claims, KernelModel kernel, long seed) {
        types = kernel.btf();
        rng = new Rng(seed);
        inputs = new Inputs(rng);
        machine = Machine.create(MachineOptions.defaults()
                .withSlabSize(SLAB_BYTES)
                .withCpus(kernel.cpus())
                .withSeed((int) seed | 1)
                .withHost(new SeededHost(seed))
                .withCheckEveryAccess(true)
                .withTypes(MachineOptions.SpecialFields.of(kernel)));
        boolean done = false;
        try {
            Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
            for (MapSpec spec : verified.spec().maps()) {
                maps.computeIfAbsent(spec, machine::createMap);
            }
            program = machine.load(verified, maps);
            List<BpfMap> all = new ArrayList<>(maps.values());
            for (BpfMap map : program.maps()) {
                inputs.fill(map, machine);
                if (map.type() == MapType.PROG_ARRAY) {
                    ((HandleArrayMap) map).set(rng.below(Math.min(2, map.maxEntries())), program.id());
                }
            }
            for (int id = 1; machine.map(id) != null; id++) {
                if (!all.contains(machine.map(id))) {
                    all.add(machine.map(id));
                }
            }
            registers = new RegisterCheck(all);
            check = new ClaimCheck(registers, claims, verified.spec().code().size());
            cx = machine.newContext();
            cx.limitBackEdges(MAX_BACK_EDGES);
            cx.observe(check);
            done = true;
        } finally {
            if (!done) {
                machine.close();
            }
        }
    }

    /** True for types whose context can be made up here. */
    static boolean canRun(ProgramType type) {
        return type == ProgramType.XDP
                || ON_SKB.contains(type)
                || ON_BYTES.contains(type)
                || ON_ARGUMENTS.contains(type);
    }

    /** True for types whose kernel objects are made up, so that what the kernel gives them may be missing. */
    static boolean isMadeUp(ProgramType type) {
        return ON_ARGUMENTS.contains(type);
    }

    /**
     * Runs once, on a new random input.
     *
     * @throws ClaimCheck.Contradiction when a register is not what was claimed
     * @throws dev.skep.runtime.ProgramFault when the run could not go on
     */
    long run() {
        ProgramType type = program.spec().type();
        if (type == ProgramType.XDP || ON_SKB.contains(type)) {
            return runOnPacket(type);
        }
        if (block == 0) {
            block = machine.slab().require(CONTEXT_BYTES);
        }
        if (ON_BYTES.contains(type)) {
            byte[] context = inputs.bytes(rng.pick(64, 256, 1024));
            SlabAccess.put(cx.memory(), block, context, 0, context.length);
        } else {
            for (int i = 0; i < ARGUMENTS; i++) {
                SlabAccess.store64(cx.memory(), block + 8L * i, isNumber(i) ? 0 : machine.currentTask());
            }
        }
        registers.begin(block, CONTEXT_BYTES, isMadeUp(type));
        return program.run(cx, block);
    }

    /** True when the traced function's argument is a number, and for what follows the arguments: its result. */
    private boolean isNumber(int argument) {
        if (program.spec().attachType() == AttachType.TRACE_ITER
                || !(types.type(program.spec().attachBtfId()) instanceof BtfType.Function f)
                || !(types.type(f.type()) instanceof BtfType.FunctionProto proto)) {
            return false;
        }
        return argument >= proto.parameters().size()
                || !(types.resolved(proto.parameters().get(argument).type()) instanceof BtfType.Pointer);
    }

    private long runOnPacket(ProgramType type) {
        if (packet == null) {
            packet = type == ProgramType.XDP ? machine.newXdpBuffer() : machine.newSkbBuffer();
        }
        switch (packet) {
            case XdpBuffer x -> inputs.packet(x);
            case SkbBuffer s -> inputs.packet(s, type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT);
        }
        registers.begin(packet.context(), packet.contextBytes(), false);
        return program.run(cx, packet);
    }

    /** Instructions executed so far. */
    long steps() {
        return check.steps();
    }

    /** Registers compared so far. */
    long comparisons() {
        return check.registers();
    }

    @Override
    public void close() {
        cx.close();
        machine.close();
    }

    /** Clocks that go on by a step each time and random numbers from a seed, so that runs can be repeated. */
    private static final class SeededHost implements Host {
        private final Rng rng;
        private long now = 1_000_000_000L;

        SeededHost(long seed) {
            rng = new Rng(~seed);
        }

        @Override
        public synchronized long monotonicNanos() {
            now += 1000;
            return now;
        }

        @Override
        public long wallNanos() {
            return monotonicNanos();
        }

        @Override
        public synchronized int random() {
            return rng.imm();
        }

        @Override
        public long currentPidTgid() {
            return 42L << 32 | 43;
        }

        @Override
        public String currentCommand() {
            return "claims";
        }
    }
}
