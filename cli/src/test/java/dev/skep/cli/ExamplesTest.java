package dev.skep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.skep.BpfObject;
import dev.skep.Engine;
import dev.skep.ObjectFile;
import dev.skep.Skep;
import dev.skep.kernel.KernelModels;
import dev.skep.linux.LinuxKernel;
import dev.skep.linux.LinuxLoader;
import dev.skep.linux.LinuxVerdict;
import dev.skep.linux.LoadOptions;
import dev.skep.linux.TestRun;
import dev.skep.object.spec.UnlinkedProgram;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.capture.CaptureReader;
import dev.skep.runtime.capture.CaptureRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every committed example: its object is what its source compiles to, and all engines do the same on every packet of
 * the capture.
 */
class ExamplesTest {
    @TempDir
    Path temp;

    static Stream<Path> objects() throws Exception {
        try (Stream<Path> all = Files.walk(Repository.root().resolve("examples"))) {
            return all.filter(p -> p.toString().endsWith(".bpf.o")).sorted().toList().stream();
        }
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, tool)));
    }

    @Test
    void objectsAreWhatTheirSourcesCompileTo() throws Exception {
        assumeThat(onPath("clang-19") && onPath("llvm-strip-19") && Files.exists(Path.of("/usr/include/bpf")))
                .as("SKIPPED: clang-19, llvm-strip-19 and libbpf-dev are needed to rebuild the examples")
                .isTrue();
        Process build = new ProcessBuilder(
                        Repository.root().resolve("examples/build.sh").toString(), temp.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(build.getInputStream().readAllBytes());
        assertThat(build.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(build.exitValue()).as(output).isZero();
        for (Path object : objects().toList()) {
            Path rebuilt = temp.resolve(Repository.root().resolve("examples").relativize(object));
            assertThat(Files.mismatch(object, rebuilt)).as(object.toString()).isEqualTo(-1);
        }
    }

    private static List<byte[]> packets() throws Exception {
        Path capture = Repository.example("tcp-options/web.pcap");
        return CaptureReader.readAll("web.pcap", Files.readAllBytes(capture)).stream()
                .map(CaptureRecord::data)
                .toList();
    }

    private static List<UnlinkedProgram> packetPrograms(ObjectFile file) {
        return file.programs().stream()
                .filter(p -> p.type() == ProgramType.XDP
                        || p.type() == ProgramType.SCHED_CLS
                        || p.type() == ProgramType.SOCKET_FILTER)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("objects")
    void interpreterAndCompiledCodeAgreeOnEveryPacket(Path path) throws Exception {
        ObjectFile file = ObjectFile.open(path, KernelModels.shipped());
        try (Skep skep = Skep.create();
                BpfObject slow =
                        skep.load(path, o -> o.engine(Engine.INTERPRETER).features(dev.skep.Feature.values()));
                BpfObject fast = skep.load(path, o -> o.engine(Engine.JIT).features(dev.skep.Feature.values()))) {
            for (UnlinkedProgram p : packetPrograms(file)) {
                try (PacketRunner a = PacketRunner.of(slow, p.name());
                        PacketRunner b = PacketRunner.of(fast, p.name())) {
                    for (byte[] packet : packets()) {
                        assertThat(b.run(packet)).isEqualTo(a.run(packet));
                        assertThat(b.packet()).isEqualTo(a.packet());
                        drain(slow);
                        drain(fast);
                    }
                }
            }
        }
    }

    private static void drain(BpfObject object) {
        for (String map : object.maps()) {
            if (object.rawMap(map) instanceof dev.skep.runtime.map.RingBufferMap) {
                object.ringBuffer(map).consume(_ -> {});
            }
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void interpreterAndKernelAgreeOnEveryPacket(Path path) throws Exception {
        assumeThat(LinuxKernel.available().yes())
                .as("SKIPPED: the kernel cannot be asked: "
                        + LinuxKernel.available().reason())
                .isTrue();
        ObjectFile here = ObjectFile.open(path, KernelModels.running());
        for (UnlinkedProgram p : packetPrograms(here)) {
            try (Skep skep = Skep.create();
                    BpfObject object = skep.load(
                            path,
                            o -> o.engine(Engine.INTERPRETER).programs(p.name()).features(dev.skep.Feature.values()));
                    LinuxLoader loader = new LinuxLoader()) {
                LinuxVerdict verdict = loader.load(here.link(p), LoadOptions.RUN);
                if (verdict.program().isEmpty()) {
                    // A program of Skep's own extensions: Linux says no, and there is nothing to compare.
                    continue;
                }
                try (var live = verdict.program().get();
                        PacketRunner runner = PacketRunner.of(object, p.name())) {
                    int n = 0;
                    for (byte[] packet : packets()) {
                        TestRun expected = live.testRun(packet);
                        assertThat(runner.run(packet)).as("packet %d", ++n).isEqualTo(expected.retval());
                        assertThat(runner.packet()).as("packet %d", n).isEqualTo(expected.data());
                        drain(object);
                    }
                }
            }
        }
    }
}
