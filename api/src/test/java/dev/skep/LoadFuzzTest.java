package dev.skep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.uapi.ProgramType;
import dev.skep.runtime.UnsupportedFault;
import dev.skep.runtime.map.InvalidMapException;
import dev.skep.runtime.memory.MemoryLimitException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged object files through the front door: they load or are refused with one of the documented exceptions, and what
 * loads runs without a fault, whatever the packet. {@code -Dskep.fuzz.count} tries more, {@code -Dskep.fuzz.seed}
 * others.
 */
class LoadFuzzTest {
    private static final int COUNT = Integer.getInteger("skep.fuzz.count", 160);
    private static final long SEED = Long.getLong("skep.fuzz.seed", 1);
    private static final int[] WORDS = {0, 1, -1, 4, 0x7fff_ffff, 0x8000_0000, 0xffff, 1 << 20};

    private int loaded;
    private int refused;
    private int runs;

    @Test
    void damagedObjectsLoadAndRunOrAreRefused() throws Exception {
        List<byte[]> objects = objects();
        assertThat(objects).hasSizeGreaterThan(3);
        for (int i = 0; i < COUNT; i++) {
            Random random = new Random(SEED * 1_000_003 + i);
            byte[] bytes = damaged(objects.get(random.nextInt(objects.size())), random);
            Engine engine = random.nextBoolean() ? Engine.JIT : Engine.INTERPRETER;
            try (Skep skep = Skep.create(s -> s.addressSpace(64 << 20))) {
                BpfObject object =
                        skep.load("damaged", bytes, o -> o.engine(engine).deadline(Duration.ofSeconds(5)));
                loaded++;
                run(object, random);
            } catch (ObjectFormatException | RejectedException | InvalidMapException | MemoryLimitException e) {
                assertThat(e.getMessage()).isNotBlank().doesNotContain("internal error");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + SEED + " input " + i + " engine " + engine, e);
            }
        }
        assertThat(loaded).isGreaterThan(COUNT / 20);
        assertThat(refused).isGreaterThan(COUNT / 5);
        assertThat(runs).isGreaterThan(COUNT / 20);
    }

    private void run(BpfObject object, Random random) {
        for (String name : object.programs()) {
            byte[] packet = new byte[15 + random.nextInt(120)];
            random.nextBytes(packet);
            if (random.nextBoolean()) {
                packet[12] = 8;
                packet[13] = 0;
                packet[14] = 0x45;
            }
            ProgramType type = object.program(name).spec().type();
            try {
                switch (type) {
                    case XDP -> object.xdp(name).run(packet);
                    case SCHED_CLS, SOCKET_FILTER, CGROUP_SKB ->
                        object.skb(name).run(packet);
                    case SYSCALL, RAW_TRACEPOINT, KPROBE, TRACEPOINT ->
                        object.syscall(name).run(new byte[64]);
                    default -> {
                        continue;
                    }
                }
                runs++;
            } catch (UnsupportedFault _) {
                // a call that the damage turned into one that this runtime does not have
                continue;
            }
        }
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] += (byte) (random.nextInt(9) - 4);
                default -> {
                    int word = WORDS[random.nextInt(WORDS.length)];
                    for (int k = 0; k < 4 && (at & -4) + k < bytes.length; k++) {
                        bytes[(at & -4) + k] = (byte) (word >>> 8 * k);
                    }
                }
            }
        }
        return random.nextInt(30) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    private static List<byte[]> objects() throws Exception {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = root.getParent();
        }
        List<byte[]> out = new ArrayList<>();
        try (var files = Files.walk(root.resolve("examples"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".o")).sorted().toList()) {
                out.add(Files.readAllBytes(file));
            }
        }
        return out;
    }
}
