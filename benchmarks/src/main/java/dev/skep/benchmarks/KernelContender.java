package dev.skep.benchmarks;

import dev.skep.ObjectFile;
import dev.skep.kernel.KernelModels;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxMap;
import dev.skep.linux.LinuxProgram;
import dev.skep.linux.LinuxRingBuffer;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.object.spec.MapSpec;
import dev.skep.object.spec.ProgramSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program in the running kernel, run by BPF_PROG_TEST_RUN. */
final class KernelContender implements Contender {
    private final LinuxLoader loader = new LinuxLoader();
    private final List<LinuxProgram> programs = new ArrayList<>();
    private final LinuxRingBuffer ring;
    private final byte[] packet;

    KernelContender(Bench bench, Path folder) throws Exception {
        ObjectFile file = ObjectFile.open(folder.resolve(bench.object() + ".bpf.o"), KernelModels.running());
        List<String> names = bench.links().isEmpty() ? List.of(bench.object()) : bench.links();
        ProgramSpec first = null;
        for (String name : names) {
            ProgramSpec spec = file.link(file.program(name));
            first = first == null ? spec : first;
            LinuxVerdict verdict = loader.load(spec, LoadOptions.RUN);
            programs.add(
                    verdict.program().orElseThrow(() -> new IllegalStateException("kernel must load it: " + verdict)));
        }
        packet = bench.packet().clone();
        LinuxRingBuffer found = null;
        for (MapSpec spec : first.maps()) {
            if (spec.name().equals(bench.map())) {
                LinuxMap map = loader.map(spec);
                fill(bench, map);
                found = bench.maxBatch() < Integer.MAX_VALUE ? new LinuxRingBuffer(map) : null;
            }
        }
        ring = found;
    }

    private void fill(Bench bench, LinuxMap map) throws Exception {
        for (Bench.Entry e : bench.entries()) {
            map.update(e.key(), e.value());
        }
        for (int i = 0; i < bench.links().size(); i++) {
            map.update(SkepContender.word(i), programs.get(i));
        }
    }

    @Override
    public double time(int times) throws Exception {
        // the kernel's own clock, which stands still while it yields; whole nanoseconds
        return programs.getFirst().testRun(packet, new byte[0], times, 0).durationNanos();
    }

    @Override
    public long once() throws Exception {
        return programs.getFirst().testRun(packet).retval();
    }

    @Override
    public void drain() {
        if (ring != null) {
            ring.consume(_ -> {});
        }
    }

    @Override
    public void close() {
        if (ring != null) {
            ring.close();
        }
        programs.forEach(LinuxProgram::close);
        loader.close();
    }
}
