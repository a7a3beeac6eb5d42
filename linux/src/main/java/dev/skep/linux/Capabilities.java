package dev.skep.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The capabilities of the calling thread, to ask the kernel what it tells less privileged loaders. Only the effective
 * set changes, and only of this thread; {@link #restore} gives all permitted ones back.
 *
 * <p>A loader without capabilities is refused altogether unless {@code kernel.unprivileged_bpf_disabled} is 0.
 */
public final class Capabilities {
    public static final int NET_ADMIN = 12;
    public static final int PERFMON = 38;
    public static final int BPF = 39;

    private static final int VERSION_3 = 0x2008_0522;

    private Capabilities() {}

    /** Leaves the thread with these capabilities, as far as it is permitted them. */
    public static void keepOnly(int... capabilities) {
        long wanted = 0;
        for (int c : capabilities) {
            wanted |= 1L << c;
        }
        setEffective(wanted);
    }

    /** Gives the thread all capabilities that it is permitted. */
    public static void restore() {
        setEffective(-1);
    }

    private static void setEffective(long wanted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = Bpf.attr(arena, 8);
            MemorySegment data = Bpf.attr(arena, 24);
            Bpf.u32(header, 0, VERSION_3);
            int result = Bpf.capget(header, data);
            if (result >= 0) {
                Bpf.u32(data, 0, (int) wanted & Bpf.u32(data, 4));
                Bpf.u32(data, 12, (int) (wanted >>> 32) & Bpf.u32(data, 16));
                result = Bpf.capset(header, data);
            }
            if (result < 0) {
                throw new IllegalStateException("capabilities cannot be changed: " + Errno.name(-result));
            }
        }
    }
}
