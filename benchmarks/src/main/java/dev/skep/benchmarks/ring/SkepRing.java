package dev.skep.benchmarks.ring;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.RingBuffer;
import dev.skep.Skep;
import dev.skep.XdpProgram;
import dev.skep.runtime.ring.RingRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Skep's ring buffer, fed by a verified program: {@code bpf_ringbuf_output}, or reserve and submit. */
final class SkepRing implements RingContender {
    private final Skep skep = Skep.create();
    private final BpfObject object;
    private final String program;
    private final RingBuffer ring;
    private final List<XdpProgram.Runner> runners = new ArrayList<>();
    private final Consumer<RingRecord> handler = this::take;
    private long sum;

    SkepRing(Path programs, Engine engine, boolean copy, int size) throws Exception {
        program = (copy ? "copy_" : "claim_") + size;
        object = skep.load(
                programs.resolve("ring_records.bpf.o"), o -> o.engine(engine).programs(program));
        ring = object.ringBuffer("events");
    }

    @Override
    public synchronized Producer producer(int id) {
        XdpProgram.Runner runner = object.xdp(program).runner();
        byte[] packet = new byte[64];
        packet[0] = (byte) id;
        runner.packet().load(packet);
        runners.add(runner);
        return runner::run;
    }

    private void take(RingRecord record) {
        sum += record.getLong(0);
    }

    @Override
    public int consume() {
        return ring.consume(handler);
    }

    @Override
    public long sum() {
        return sum;
    }

    @Override
    public void close() {
        runners.forEach(XdpProgram.Runner::close);
        skep.close();
    }
}
