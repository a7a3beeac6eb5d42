package dev.skep.benchmarks;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.Skep;
import dev.skep.XdpProgram;
import dev.skep.jit.JitOptions;
import dev.skep.kernel.KernelModels;
import dev.skep.runtime.map.BpfMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** A program in one of Skep's engines, in a machine of its own. */
final class SkepContender implements Contender {
    private final Skep skep = Skep.create();
    private final BpfObject object;
    private final XdpProgram.Runner runner;
    private final String ring;

    SkepContender(Bench bench, Path programs, Engine engine) throws Exception {
        this(bench, programs, engine, JitOptions.DEFAULT);
    }

    SkepContender(Bench bench, Path programs, Engine engine, JitOptions jit) throws Exception {
        object = skep.load(
                programs.resolve(bench.object() + ".bpf.o"),
                o -> o.engine(engine).jit(jit).kernel(KernelModels.running()));
        ring = bench.maxBatch() < Integer.MAX_VALUE ? bench.map() : "";
        if (!bench.map().isEmpty()) {
            fill(bench, object.rawMap(bench.map()));
        }
        runner = object.xdp(bench.object()).runner();
        runner.packet().load(bench.packet());
    }

    private void fill(Bench bench, BpfMap map) {
        for (Bench.Entry e : bench.entries()) {
            map.put(e.key(), e.value(), BpfMap.ANY);
        }
        for (int i = 0; i < bench.links().size(); i++) {
            map.put(word(i), word(object.program(bench.links().get(i)).id()), BpfMap.ANY);
        }
    }

    static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Override
    public double time(int times) {
        return Contender.perRun(times, () -> {
            for (int i = 0; i < times; i++) {
                runner.run();
            }
        });
    }

    @Override
    public long once() {
        return runner.run();
    }

    @Override
    public void drain() {
        if (!ring.isEmpty()) {
            object.ringBuffer(ring).consume(_ -> {});
        }
    }

    @Override
    public void close() {
        runner.close();
        skep.close();
    }
}
