package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.jit.JitOptions;
import dev.skep.jit.Optimisation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is left out, generated code does what the interpreter does: on every program of the benchmarks. */
class OptimisationsTest {
    static Stream<String> objects() throws IOException {
        Path folder = root().resolve("benchmarks/programs");
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(n -> n.endsWith(".bpf.o")
                            && !n.startsWith("classifier")
                            && !n.contains("ring_records")
                            && !n.contains("user_ring"))
                    .map(n -> n.replace(".bpf.o", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        return at;
    }

    @ParameterizedTest
    @MethodSource("objects")
    void everyChoiceOfOptimisationsGivesTheInterpretersResults(String name) throws Exception {
        List<String> expected = runs(name, Engine.INTERPRETER, JitOptions.DEFAULT);
        assertThat(runs(name, Engine.JIT, JitOptions.DEFAULT)).as("all").isEqualTo(expected);
        for (Optimisation one : Optimisation.values()) {
            assertThat(runs(name, Engine.JIT, JitOptions.DEFAULT.without(one)))
                    .as("without %s", one)
                    .isEqualTo(expected);
        }
        assertThat(runs(name, Engine.JIT, JitOptions.DEFAULT.without(Optimisation.values())))
                .as("none")
                .isEqualTo(expected);
    }

    /** Results and packets of one program on a dozen packets. */
    private static List<String> runs(String name, Engine engine, JitOptions jit) throws Exception {
        List<String> out = new ArrayList<>();
        try (Skep skep = Skep.create();
                BpfObject object = skep.load(
                        root().resolve("benchmarks/programs/" + name + ".bpf.o"),
                        o -> o.engine(engine).jit(jit))) {
            if (name.equals("tail_calls")) {
                for (int i = 1; i < 8; i++) {
                    object.rawMap("chain")
                            .put(word(i), word(object.program("link" + i).id()), 0);
                }
            }
            for (byte[] packet : packets()) {
                XdpResult result = object.xdp(name).run(packet);
                out.add(result.action() + " " + java.util.HexFormat.of().formatHex(result.packet()));
            }
        }
        return out;
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static List<byte[]> packets() {
        Random random = new Random(7);
        List<byte[]> out = new ArrayList<>();
        for (int length : new int[] {14, 34, 60, 64, 65, 128, 300, 1100, 1500, 3400, 4000, 9000}) {
            byte[] packet = new byte[length];
            random.nextBytes(packet);
            if (length > 42) {
                packet[12] = 8;
                packet[13] = 0;
                packet[14] = 0x45;
                packet[23] = (byte) (length % 2 == 0 ? 17 : 6);
            }
            for (int i = 14; length == 300 && i < length; i += 4) {
                packet[i] = 5;
                packet[i + 1] = 2;
            }
            out.add(packet);
        }
        return out;
    }
}
