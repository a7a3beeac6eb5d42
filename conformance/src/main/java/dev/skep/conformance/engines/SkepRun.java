package dev.skep.conformance.engines;

import dev.skep.conformance.engines.Observation.Problem;
import dev.skep.jit.CodeSize;
import dev.skep.jit.Jit;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.runtime.BudgetFault;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.ProgramFault;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.UnsupportedFault;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.InvalidMapException;
import dev.skep.runtime.map.QueueMap;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.MemoryLimitException;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.PacketBuffer;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import dev.skep.runtime.ring.RingLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run of a program over its inputs in one of Skep's engines, in a machine of its own. */
final class SkepRun {
    private static final HexFormat HEX = HexFormat.of();
    private static final long MOST_BACK_EDGES = 1L << 17;
    private static final long MOST_NANOS = 10_000_000_000L;

    /** Which engine. */
    enum Engine {
        /** With a limit on loop rounds and time. */
        INTERPRETER,
        GENERATED
    }

    private final KernelModel kernel;
    private final int cpus;
    private final int cpu;

    /**
     * @param cpus possible CPUs
     * @param cpu the CPU that the runs say they are on
     */
    SkepRun(KernelModel kernel, int cpus, int cpu) {
        this.kernel = kernel;
        this.cpus = cpus;
        this.cpu = cpu;
    }

    Observation run(VerifiedProgram program, List<TestInput> inputs, Engine engine, World world) {
        try (Machine machine = Machine.create(MachineOptions.defaults()
                .withCpus(cpus)
                .withHost(world)
                .withSeed(1)
                .withTypes(MachineOptions.SpecialFields.of(kernel)))) {
            if (world.padding() > 0) {
                machine.slab().allocate(world.padding());
            }
            Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
            for (MapSpec spec : program.spec().maps()) {
                maps.put(spec, machine.createMap(spec));
            }
            maps.values().forEach(m -> prepare(machine, m, world));
            LoadedProgram loaded = machine.load(program, maps);
            if (engine == Engine.GENERATED) {
                try {
                    loaded.install(Jit.compile(loaded));
                } catch (RuntimeException | LinkageError e) {
                    return Observation.of(new Problem(Problem.Kind.UNCOMPILED, e.toString()));
                }
            }
            try (RunContext cx = context(machine)) {
                if (engine == Engine.INTERPRETER) {
                    cx.limitBackEdges(MOST_BACK_EDGES);
                    cx.limitNanos(MOST_NANOS);
                }
                Observation seen = run(loaded, cx, inputs, world);
                for (MapSpec spec : program.spec().maps()) {
                    String text = contents(maps.get(spec));
                    if (text != null) {
                        seen.parts().put("map " + spec.name(), text);
                    }
                }
                return seen;
            }
        } catch (InvalidMapException | MemoryLimitException e) {
            return Observation.of(new Problem(Problem.Kind.UNSUPPORTED, e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            return Observation.of(new Problem(Problem.Kind.FAULT, e.toString()));
        }
    }

    /** The size of the code that is generated for a program. */
    CodeSize size(VerifiedProgram program) {
        try (Machine machine =
                Machine.create(MachineOptions.defaults().withTypes(MachineOptions.SpecialFields.of(kernel)))) {
            Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
            for (MapSpec spec : program.spec().maps()) {
                maps.put(spec, machine.createMap(spec));
            }
            return CodeSize.of(Jit.classFile(machine.load(program, maps)));
        }
    }

    private RunContext context(Machine machine) {
        RunContext cx = machine.newContext();
        while (cx.cpu() != cpu) {
            cx.close();
            cx = machine.newContext();
        }
        return cx;
    }

    private static void prepare(Machine machine, BpfMap map, World world) {
        if (map instanceof UserRingBufferMap user) {
            LinuxRun.Samples.ALL.forEach(user.ring()::offer);
        } else if (map instanceof RingBufferMap ring && world.litter() != 0) {
            long at = ring.ring().block() + RingLayout.DATA;
            SlabAccess.fill(machine.slab().memory(), at, ring.ring().size(), world.litter());
        }
    }

    private Observation run(LoadedProgram program, RunContext cx, List<TestInput> inputs, World world) {
        Observation seen = new Observation(new TreeMap<>(), Problem.NONE);
        int n = 0;
        for (TestInput input : inputs) {
            SlabAccess.fill(
                    cx.memory(), cx.frame(), (long) RunContext.MAX_FRAMES * RunContext.FRAME_BYTES, world.litter());
            try {
                one(program, cx, input, n++ + " ", seen.parts());
            } catch (UnsupportedFault e) {
                return new Observation(seen.parts(), new Problem(Problem.Kind.UNSUPPORTED, e.getMessage()));
            } catch (BudgetFault e) {
                return new Observation(seen.parts(), new Problem(Problem.Kind.LONG, e.getMessage()));
            } catch (ProgramFault e) {
                return new Observation(seen.parts(), new Problem(Problem.Kind.FAULT, e.getMessage()));
            }
        }
        return seen;
    }

    private void one(LoadedProgram program, RunContext cx, TestInput input, String n, Map<String, String> parts) {
        ProgramSpec spec = program.spec();
        Machine machine = program.machine();
        switch (TestInput.shape(spec.type())) {
            case XDP -> {
                try (XdpBuffer packet = machine.newXdpBuffer()) {
                    int meta = input.context().length == 0
                            ? 0
                            : words(input.context()).getInt(0);
                    packet.load(input.data(), 0, input.data().length, meta);
                    packet(program, cx, packet, n, parts);
                    if (input.context().length > 0) {
                        parts.put(n + "context", xdpContext(packet));
                    }
                }
            }
            case SKB -> {
                try (SkbBuffer packet = machine.newSkbBuffer()) {
                    packet.load(input.data(), TestInput.startsAtLinkLayer(spec.type()));
                    if (input.context().length > 0) {
                        packet.settings(input.context());
                    }
                    packet(program, cx, packet, n, parts);
                    if (input.context().length > 0) {
                        parts.put(n + "context", HEX.formatHex(packet.settings()));
                    }
                }
            }
            case ARGUMENTS -> {
                long[] values = new long[TestInput.ARGUMENTS];
                words(input.context()).asLongBuffer().get(values);
                parts.put(n + "R0", Integer.toHexString((int) program.run(cx, cx.arguments(values))));
            }
            case BLOCK -> {
                long block = machine.slab().require(input.context().length);
                SlabAccess.put(cx.memory(), block, input.context(), 0, input.context().length);
                parts.put(n + "R0", Integer.toHexString((int) program.run(cx, block)));
                byte[] after = new byte[input.context().length];
                SlabAccess.get(cx.memory(), block, after, 0, after.length);
                parts.put(n + "context", HEX.formatHex(after));
                machine.slab().free(block);
            }
        }
    }

    private static void packet(
            LoadedProgram program, RunContext cx, PacketBuffer packet, String n, Map<String, String> parts) {
        parts.put(n + "R0", Integer.toHexString((int) program.run(cx, packet)));
        parts.put(
                n + "data",
                (packet instanceof XdpBuffer ? metadata(cx, packet) : "") + HEX.formatHex(packet.toByteArray()));
    }

    private static String metadata(RunContext cx, PacketBuffer packet) {
        byte[] bytes = new byte[packet.metaLength()];
        SlabAccess.get(cx.memory(), packet.meta(), bytes, 0, bytes.length);
        return HEX.formatHex(bytes);
    }

    private static String xdpContext(XdpBuffer packet) {
        ByteBuffer b = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, packet.metaLength())
                .putInt(4, packet.metaLength() + packet.linearLength())
                .putInt(8, 0);
        b.putInt(12, (int) packet.contextField(12, 4)).putInt(16, (int) packet.contextField(16, 4));
        return HEX.formatHex(b.array());
    }

    private static ByteBuffer words(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String contents(BpfMap map) {
        try {
            return MapContents.read(map.spec(), kernel.specialFields(map.spec()), new MapContents.Reader() {
                @Override
                public byte[] lookup(byte[] key) {
                    return map instanceof QueueMap queue ? queue.poll() : map.get(key);
                }

                @Override
                public byte[] nextKey(byte[] key) {
                    return map.nextKey(key);
                }

                @Override
                public List<byte[]> records() {
                    List<byte[]> all = new ArrayList<>();
                    ((RingBufferMap) map).ring().consume(r -> {
                        all.add(r.toByteArray());
                        return 0;
                    });
                    return all;
                }
            });
        } catch (Exception e) {
            return null;
        }
    }
}
