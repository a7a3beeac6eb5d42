package dev.skep.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's CPUs: how many the kernel reckons with, and which one a thread runs on. */
public final class Cpus {
    private static final int MASK_BYTES = 1024;

    private Cpus() {}

    /** Number of possible CPUs, as per-CPU maps count them: the last that the kernel names, plus one. */
    public static int possible() {
        try {
            String text = Files.readString(Path.of("/sys/devices/system/cpu/possible"));
            String[] numbers = text.strip().split("[^0-9]+");
            return Integer.parseInt(numbers[numbers.length - 1]) + 1;
        } catch (IOException | NumberFormatException _) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** Keeps the calling thread on one CPU; false when the kernel does not allow it. */
    public static boolean pin(int cpu) {
        if (cpu < 0 || cpu >= 8 * MASK_BYTES) {
            throw new IllegalArgumentException("cpu must be in [0, " + 8 * MASK_BYTES + "): cpu=" + cpu);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            mask.set(ValueLayout.JAVA_BYTE, cpu / 8, (byte) (1 << cpu % 8));
            return Bpf.affinity(mask) >= 0;
        }
    }
}
