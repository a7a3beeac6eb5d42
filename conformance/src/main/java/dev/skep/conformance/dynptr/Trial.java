package dev.skep.conformance.dynptr;

import dev.skep.jit.Jit;
import dev.skep.kernel.KernelModel;
import dev.skep.kernel.program.VerifiedProgram;
import dev.skep.linux.LinuxException;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxMap;
import dev.skep.linux.LinuxProgram;
import dev.skep.linux.LinuxRingBuffer;
import dev.skep.linux.LinuxUserRingBuffer;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.linux.TestRun;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.Host;
import dev.skep.runtime.HostFile;
import dev.skep.runtime.LoadedProgram;
import dev.skep.runtime.Machine;
import dev.skep.runtime.MachineOptions;
import dev.skep.runtime.RunContext;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.RingBufferMap;
import dev.skep.runtime.map.UserRingBufferMap;
import dev.skep.runtime.memory.MemoryAccount;
import dev.skep.runtime.memory.SlabAccess;
import dev.skep.runtime.packet.SkbBuffer;
import dev.skep.runtime.packet.XdpBuffer;
import dev.skep.verifier.Verdict;
import dev.skep.verifier.Verifier;
import dev.skep.verifier.VerifierOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Verifies one program and runs it in one engine, each time with maps of its own. */
public final class Trial {
    private static final long SLAB = 64L << 20;
    private static final int SAMPLE_HEADER = 8;

    private Trial() {}

    /** What Skep's verifier says. */
    public static Verdict verify(Subject subject, KernelModel kernel, Set<String> features) {
        return Verifier.verify(
                subject.spec(), kernel, VerifierOptions.DEFAULT.withLogLevel(1).withFeatures(features));
    }

    /**
     * How Skep runs it.
     *
     * @param file what a security hook on files is called with
     * @param limit bytes that the run may charge
     * @param linear bytes of a packet on {@code __sk_buff} that are linear
     */
    public record Engine(boolean compiled, boolean checkEveryAccess, Host host, HostFile file, long limit, int linear) {
        private static final HostFile EMPTY = HostFile.of(new byte[0]);
        public static final Engine INTERPRETER =
                new Engine(false, true, Host.DEFAULT, EMPTY, Long.MAX_VALUE, Integer.MAX_VALUE);
        public static final Engine COMPILED =
                new Engine(true, false, Host.DEFAULT, EMPTY, Long.MAX_VALUE, Integer.MAX_VALUE);

        /** Packets on {@code __sk_buff} with this many linear bytes. */
        public Engine withLinear(int bytes) {
            return new Engine(compiled, checkEveryAccess, host, file, limit, bytes);
        }

        /** Security hooks are called with this file. */
        public Engine withFile(HostFile given) {
            return new Engine(compiled, checkEveryAccess, host, given, limit, linear);
        }

        /** The run may charge no more than this many bytes. */
        public Engine withLimit(long bytes) {
            return new Engine(compiled, checkEveryAccess, host, file, bytes, linear);
        }

        public Engine withHost(Host newHost) {
            return new Engine(compiled, checkEveryAccess, newHost, file, limit, linear);
        }
    }

    /**
     * Runs an accepted program once.
     *
     * @throws AssertionError when the run leaves memory charged, or could not be compiled
     */
    public static Outcome run(Subject subject, VerifiedProgram program, KernelModel kernel, Engine engine) {
        MemoryAccount account = MemoryAccount.unlimited("trial");
        MachineOptions options = MachineOptions.defaults()
                .withSlabSize(SLAB)
                .withAccount(account)
                .withCpus(kernel.cpus())
                .withHost(engine.host())
                .withCheckEveryAccess(engine.checkEveryAccess())
                .withTypes(MachineOptions.SpecialFields.of(kernel));
        try (Machine machine = Machine.create(options)) {
            Map<MapSpec, BpfMap> maps = new IdentityHashMap<>();
            for (MapSpec spec : subject.spec().maps()) {
                maps.put(spec, machine.createMap(spec));
            }
            LoadedProgram loaded = machine.load(program, maps);
            if (engine.compiled() && !Jit.install(loaded)) {
                throw new AssertionError("not compiled: " + loaded.name());
            }
            return run(subject, machine, loaded, engine, account);
        }
    }

    private static Outcome run(
            Subject subject, Machine machine, LoadedProgram loaded, Engine engine, MemoryAccount account) {
        UserRingBufferMap user = (UserRingBufferMap) loaded.maps().get(Subject.USER_RING);
        int sampleBytes = 0;
        for (byte[] sample : subject.samples()) {
            user.ring().offer(sample);
            sampleBytes += taken(sample.length);
        }
        ProgramType type = subject.spec().type();
        byte[] packet = {};
        long value;
        try (RunContext cx = machine.newContext()) {
            cx.limitBackEdges(1_000_000);
            if (type == ProgramType.XDP) {
                try (XdpBuffer buffer = machine.newXdpBuffer()) {
                    buffer.load(subject.packet());
                    value = run(loaded, cx, buffer, account);
                    packet = buffer.toByteArray();
                }
            } else if (subject.packet().length > 0) {
                try (SkbBuffer buffer = machine.newSkbBuffer()) {
                    int length = subject.packet().length;
                    buffer.load(subject.packet(), 0, length, seesLinkLayer(type), Math.min(length, engine.linear()));
                    value = run(loaded, cx, buffer, account);
                    packet = buffer.toByteArray();
                }
            } else {
                long block;
                if (type == ProgramType.LSM) {
                    block = cx.arguments(machine.openFile(engine.file()));
                } else {
                    block = machine.slab().require(Math.max(64, subject.context().length));
                    SlabAccess.put(machine.slab().memory(), block, subject.context(), 0, subject.context().length);
                }
                long before = account.used();
                account.limit(engine.limit() == Long.MAX_VALUE ? Long.MAX_VALUE : before + engine.limit());
                try {
                    value = loaded.run(cx, block);
                } finally {
                    requireSettled(account, before);
                }
                account.limit(Long.MAX_VALUE);
            }
        }
        RingBufferMap ring = (RingBufferMap) loaded.maps().get(Subject.RING);
        List<byte[]> records = new ArrayList<>();
        ring.ring().consume(r -> {
            records.add(r.segment().toArray(ValueLayout.JAVA_BYTE));
            return 0;
        });
        byte[] samples = new byte[sampleBytes];
        SlabAccess.get(machine.slab().memory(), user.ring().data(), samples, 0, sampleBytes);
        return new Outcome(
                (int) value,
                bytes(loaded, Subject.RESULTS),
                bytes(loaded, Subject.AREA),
                bytes(loaded, Subject.BUFFER),
                packet,
                records,
                samples);
    }

    private static boolean seesLinkLayer(ProgramType type) {
        return type == ProgramType.SCHED_CLS || type == ProgramType.SCHED_ACT || type == ProgramType.XDP;
    }

    private static long run(
            LoadedProgram loaded, RunContext cx, dev.skep.runtime.packet.PacketBuffer packet, MemoryAccount account) {
        long before = account.used();
        boolean grows = packet instanceof SkbBuffer;
        long value = loaded.run(cx, packet);
        if (!grows) {
            requireSettled(account, before);
        }
        return value;
    }

    private static void requireSettled(MemoryAccount account, long before) {
        if (account.used() != before) {
            throw new AssertionError("run left memory charged: before=" + before + " after=" + account.used());
        }
    }

    private static byte[] bytes(LoadedProgram loaded, int map) {
        return loaded.maps().get(map).get(new byte[4]);
    }

    private static int taken(int length) {
        return (length + SAMPLE_HEADER + 7) / 8 * 8;
    }

    /** What the kernel says: the outcome when it accepts, else its verdict. */
    public record Live(LinuxVerdict verdict, Outcome outcome) {}

    /**
     * Loads the program into the running kernel and test-runs it once.
     *
     * @throws LinuxException when the kernel cannot run programs of this type, or maps cannot be read
     */
    public static Live live(Subject subject) throws LinuxException {
        try (LinuxLoader loader = new LinuxLoader()) {
            LinuxVerdict verdict = loader.load(subject.spec(), LoadOptions.RUN);
            if (verdict.program().isEmpty()) {
                return new Live(verdict, null);
            }
            try (LinuxProgram program = verdict.program().get()) {
                return new Live(verdict, live(subject, loader, program));
            }
        }
    }

    private static Outcome live(Subject subject, LinuxLoader loader, LinuxProgram program) throws LinuxException {
        int sampleBytes = 0;
        if (!subject.samples().isEmpty()) {
            try (LinuxUserRingBuffer ring = new LinuxUserRingBuffer(map(subject, loader, Subject.USER_RING))) {
                for (byte[] sample : subject.samples()) {
                    var s = ring.reserve(sample.length).orElseThrow();
                    MemorySegment.copy(sample, 0, s.segment(), ValueLayout.JAVA_BYTE, 0, sample.length);
                    s.submit();
                    sampleBytes += taken(sample.length);
                }
            }
        }
        boolean once =
                subject.spec().type() == ProgramType.SYSCALL || subject.spec().type() == ProgramType.RAW_TRACEPOINT;
        TestRun run = program.testRun(subject.packet(), subject.context(), once ? 0 : 1, 0);
        List<byte[]> records = new ArrayList<>();
        try (LinuxRingBuffer ring = new LinuxRingBuffer(map(subject, loader, Subject.RING))) {
            ring.consume(s -> records.add(s.toArray(ValueLayout.JAVA_BYTE)));
        }
        byte[] samples = new byte[sampleBytes];
        if (sampleBytes > 0) {
            try (var arena = java.lang.foreign.Arena.ofConfined()) {
                MemorySegment data = map(subject, loader, Subject.USER_RING).mmap(4096, 3 * 4096, true, arena);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 4096, samples, 0, sampleBytes);
            }
        }
        byte[] packet = run.data();
        if (packet.length >= SkbBuffer.ETH_BYTES
                && !seesLinkLayer(subject.spec().type())) {
            packet = Arrays.copyOfRange(packet, SkbBuffer.ETH_BYTES, packet.length);
        }
        return new Outcome(
                run.retval(),
                bytes(subject, loader, Subject.RESULTS),
                bytes(subject, loader, Subject.AREA),
                bytes(subject, loader, Subject.BUFFER),
                packet,
                records,
                samples);
    }

    private static LinuxMap map(Subject subject, LinuxLoader loader, int index) throws LinuxException {
        return loader.map(subject.spec().maps().get(index));
    }

    private static byte[] bytes(Subject subject, LinuxLoader loader, int map) throws LinuxException {
        return map(subject, loader, map).lookup(new byte[4]).orElseThrow();
    }
}
