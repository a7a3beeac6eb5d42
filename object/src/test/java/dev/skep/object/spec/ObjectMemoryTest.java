package dev.skep.object.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skep.object.ObjectFormatException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a file says about sizes, reading it allocates at most {@link ObjectReader#MEMORY_MULTIPLE} times its length,
 * and a fixed amount.
 */
class ObjectMemoryTest {
    private static final long FIXED = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<String> objects() {
        return List.of(SAMPLES).stream();
    }

    private static final String[] SAMPLES = {
        "/dev/skep/object/sample.o", "/dev/skep/object/core.o", "/dev/skep/object/core_target.o"
    };

    @ParameterizedTest
    @MethodSource("objects")
    void readingAllocatesAStatedMultipleOfTheLength(String name) throws Exception {
        byte[] good;
        try (InputStream in = ObjectMemoryTest.class.getResourceAsStream(name)) {
            good = in.readAllBytes();
        }
        read(good);
        Random random = new Random(7);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = good.clone();
            for (int k = 0; i > 0 && k < 1 + random.nextInt(6); k++) {
                // Sizes and counts are what an attacker raises: set whole words, often to large numbers.
                int at = random.nextInt(bytes.length - 4) & ~3;
                int value = random.nextBoolean() ? -1 >>> random.nextInt(24) : random.nextInt();
                for (int b = 0; b < 4; b++) {
                    bytes[at + b] = (byte) (value >> 8 * b);
                }
            }
            long before = THREADS.getCurrentThreadAllocatedBytes();
            read(bytes);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("round %d", i).isLessThan(ObjectReader.MEMORY_MULTIPLE * bytes.length + FIXED);
        }
    }

    private static void read(byte[] bytes) {
        try {
            ObjectReader.read("sample.o", bytes);
        } catch (ObjectFormatException _) {
            // A fault is one of the two good answers.
        }
    }
}
