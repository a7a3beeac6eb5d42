package dev.skep.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/** The running kernel: whether it can be asked at all, and which one it is. */
public final class LinuxKernel {
    /**
     * Whether bpf(2) answers.
     *
     * @param yes programs can be loaded
     * @param reason why not, in one sentence; "" when {@code yes}
     */
    public record Availability(boolean yes, String reason) {}

    private static final Availability AVAILABLE = probe();

    private LinuxKernel() {}

    /** Loads {@code r0 = 0; exit} once and remembers the answer. */
    public static Availability available() {
        return AVAILABLE;
    }

    private static Availability probe() {
        if (!Bpf.problem().isEmpty()) {
            return new Availability(false, Bpf.problem());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena, 152);
            // a socket filter: mov r0, 0; exit
            Bpf.u32(attr, 0, 1);
            Bpf.u32(attr, 4, 2);
            Bpf.pointer(attr, 8, arena.allocateFrom(ValueLayout.JAVA_LONG, 0xb7L, 0x95L));
            Bpf.pointer(attr, 16, arena.allocateFrom("GPL"));
            int fd = Bpf.bpf(Bpf.PROG_LOAD, attr);
            if (fd >= 0) {
                Bpf.close(fd);
                return new Availability(true, "");
            }
            return new Availability(
                    false,
                    switch (-fd) {
                        case Errno.EPERM -> "bpf(2) is not permitted: run as root or with CAP_BPF";
                        case Errno.ENOSYS -> "this kernel has no bpf(2)";
                        default -> "bpf(2) refuses the smallest program: " + Errno.name(-fd);
                    });
        }
    }

    /** The release as uname(1) prints it: {@code 6.18.44-amd64}; "" where there is none. */
    public static String release() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        } catch (IOException _) {
            return "";
        }
    }

    /** LINUX_VERSION_CODE of {@link #release()}: major, minor and patch (at most 255) in three bytes; 0 if unknown. */
    static int versionCode() {
        int code = 0;
        String[] parts = release().split("[^0-9]+", 4);
        for (int i = 0; i < 3; i++) {
            int n = i < parts.length && parts[i].matches("\\d{1,4}") ? Integer.parseInt(parts[i]) : 0;
            code = code << 8 | Math.min(n, 255);
        }
        return code;
    }
}
