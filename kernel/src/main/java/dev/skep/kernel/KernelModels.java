package dev.skep.kernel;

import dev.skep.object.ObjectFormatException;
import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * Ready-made kernel models. Each is made when first asked for, and kept.
 *
 * <p><em>Source</em>: the shipped types are those of a Linux 6.18 for x86-64, less functions of single drivers and
 * file systems.
 */
public final class KernelModels {
    private static final String SHIPPED = "linux-6.18-x86_64.btf.gz";
    private static final Path RUNNING = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path POSSIBLE_CPUS = Path.of("/sys/devices/system/cpu/possible");
    private static final int SHIPPED_CPUS = 2;

    private KernelModels() {}

    private static final class Shipped {
        static final Linux618 MODEL = Linux618.with(read(), SHIPPED_CPUS);

        private static Btf read() {
            try (InputStream in = new GZIPInputStream(KernelModels.class.getResourceAsStream(SHIPPED))) {
                return BtfReader.read(SHIPPED, in.readAllBytes(), null);
            } catch (IOException e) {
                throw new UncheckedIOException("damaged installation: resource=" + SHIPPED, e);
            } catch (ObjectFormatException e) {
                throw new IllegalStateException("damaged installation: resource=" + SHIPPED, e);
            }
        }
    }

    private static final class Running {
        static final KernelModel MODEL = read();

        private static KernelModel read() {
            try {
                return Linux618.with(BtfReader.read("vmlinux", Files.readAllBytes(RUNNING), null), possibleCpus());
            } catch (IOException | ObjectFormatException _) {
                return shipped();
            }
        }
    }

    /** A Linux 6.18 with two CPUs and the types that come with Skep: the same on every machine. */
    public static KernelModel shipped() {
        return Shipped.MODEL;
    }

    /**
     * Linux 6.18 with the types and CPUs of the kernel that runs here; the shipped model where the kernel shows no
     * types. Helpers, kernel
     * functions and rules are those of 6.18 whatever kernel runs.
     */
    public static KernelModel running() {
        return Running.MODEL;
    }

    /** One more than the highest number in text such as {@code 0-3} or {@code 0,2-7}. */
    static int parseCpus(String text) {
        String[] numbers = text.strip().split("[-,]");
        try {
            return Math.max(1, Math.addExact(Integer.parseInt(numbers[numbers.length - 1]), 1));
        } catch (NumberFormatException | ArithmeticException _) {
            return SHIPPED_CPUS;
        }
    }

    private static int possibleCpus() {
        try {
            return parseCpus(Files.readString(POSSIBLE_CPUS));
        } catch (IOException _) {
            return SHIPPED_CPUS;
        }
    }
}
