package dev.skep.conformance.engines;

import dev.skep.conformance.engines.Observation.Problem;
import dev.skep.kernel.KernelModel;
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
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** Runs programs in the kernel with BPF_PROG_TEST_RUN, each with fresh maps. For one thread. */
final class LinuxRun implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();
    private static final LoadOptions QUIET = new LoadOptions(0, 4096, true);

    private final LinuxLoader loader = new LinuxLoader();
    private final KernelModel kernel;

    LinuxRun(KernelModel kernel) {
        this.kernel = kernel;
    }

    /** What the kernel left behind, and the inputs that it took. */
    record Result(Observation observation, List<TestInput> taken) {}

    Result run(ProgramSpec program, List<TestInput> inputs) {
        try {
            LinuxVerdict verdict = loader.load(program, QUIET);
            if (verdict.program().isEmpty()) {
                String why = verdict.problem().isEmpty() ? "rejected" : verdict.problem();
                return new Result(Observation.of(new Problem(Problem.Kind.REFUSED, why)), List.of());
            }
            try (LinuxProgram loaded = verdict.program().get()) {
                for (MapSpec map : program.maps()) {
                    feed(map);
                }
                return run(program, loaded, inputs);
            }
        } catch (LinuxException e) {
            return new Result(Observation.of(new Problem(Problem.Kind.REFUSED, e.getMessage())), List.of());
        } finally {
            loader.closeMaps();
        }
    }

    private Result run(ProgramSpec program, LinuxProgram loaded, List<TestInput> inputs) throws LinuxException {
        TestInput.Shape shape = TestInput.shape(program.type());
        int repeat = shape == TestInput.Shape.XDP || shape == TestInput.Shape.SKB ? 1 : 0;
        Observation seen = new Observation(new TreeMap<>(), Problem.NONE);
        List<TestInput> taken = new ArrayList<>();
        String refusal = "";
        for (TestInput input : inputs) {
            TestRun r;
            try {
                r = loaded.testRun(input.data(), input.context(), repeat, 0);
            } catch (LinuxException e) {
                refusal = e.getMessage();
                continue;
            }
            String n = taken.size() + " ";
            taken.add(input);
            seen.parts().put(n + "R0", Integer.toHexString(r.retval()));
            if (shape == TestInput.Shape.XDP || shape == TestInput.Shape.SKB) {
                byte[] data = r.data();
                boolean addedHeader = shape == TestInput.Shape.SKB && !TestInput.startsAtLinkLayer(program.type());
                seen.parts()
                        .put(
                                n + "data",
                                HEX.formatHex(
                                        addedHeader
                                                ? Arrays.copyOfRange(data, Math.min(14, data.length), data.length)
                                                : data));
            }
            if (r.context().length > 0) {
                seen.parts().put(n + "context", HEX.formatHex(r.context()));
            }
        }
        if (taken.isEmpty()) {
            return new Result(Observation.of(new Problem(Problem.Kind.REFUSED, refusal)), List.of());
        }
        for (MapSpec map : program.maps()) {
            String text = contents(map);
            if (text != null) {
                seen.parts().put("map " + map.name(), text);
            }
        }
        return new Result(seen, taken);
    }

    private void feed(MapSpec map) throws LinuxException {
        if (map.type() != MapType.USER_RINGBUF) {
            return;
        }
        try (LinuxUserRingBuffer ring = new LinuxUserRingBuffer(loader.map(map))) {
            for (byte[] sample : Samples.ALL) {
                ring.reserve(sample.length).ifPresent(s -> {
                    s.segment().copyFrom(MemorySegment.ofArray(sample));
                    s.submit();
                });
            }
        }
    }

    private String contents(MapSpec spec) {
        try {
            LinuxMap map = loader.map(spec);
            return MapContents.read(spec, kernel.specialFields(spec), new MapContents.Reader() {
                @Override
                public byte[] lookup(byte[] key) throws LinuxException {
                    return (key.length == 0 ? map.pop() : map.lookup(key)).orElse(null);
                }

                @Override
                public byte[] nextKey(byte[] key) throws LinuxException {
                    return map.nextKey(key).orElse(null);
                }

                @Override
                public List<byte[]> records() throws LinuxException {
                    List<byte[]> all = new ArrayList<>();
                    try (LinuxRingBuffer ring = new LinuxRingBuffer(map)) {
                        ring.consume(r -> all.add(r.toArray(ValueLayout.JAVA_BYTE)));
                    }
                    return all;
                }
            });
        } catch (Exception e) {
            return null;
        }
    }

    @Override
    public void close() {
        loader.close();
    }

    /** Samples that every user ring holds before the first run. */
    static final class Samples {
        static final List<byte[]> ALL = List.of(
                new byte[] {1, 0, 0, 0, 0, 0, 0, 0},
                new byte[] {2, 0, 0, 0, 7, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9},
                new byte[64],
                new byte[3]);

        private Samples() {}
    }
}
