package dev.skep.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls: bpf(2), mmap(2), munmap(2), ppoll(2), close(2), through libc's {@code syscall} with errno captured.
 * A result below zero is the negative error number. All native access of the module is here.
 */
final class Bpf {
    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP_ELEM = 1;
    static final int MAP_UPDATE_ELEM = 2;
    static final int MAP_DELETE_ELEM = 3;
    static final int MAP_GET_NEXT_KEY = 4;
    static final int PROG_LOAD = 5;
    static final int PROG_TEST_RUN = 10;
    static final int BTF_LOAD = 18;
    static final int MAP_LOOKUP_AND_DELETE_ELEM = 21;
    static final int MAP_FREEZE = 22;

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    static final int PROT_NONE = 0;
    static final int MAP_PRIVATE = 2;
    static final int MAP_FIXED = 0x10;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_FIXED_NOREPLACE = 0x100000;

    /** Page size of x86-64, and of the aarch64 kernels that distributions build. */
    static final int PAGE = 4096;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** {@code long syscall(long number, ...)}; null when there is none, and {@link #PROBLEM} says why. */
    private static final MethodHandle SYSCALL;

    private static final String PROBLEM;
    private static final boolean ARM;

    static {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        ARM = arch.equals("aarch64");
        MethodHandle syscall = null;
        String problem = "";
        if (!os.equals("Linux")) {
            problem = "this is not Linux: os.name=" + os;
        } else if (!ARM && !arch.equals("amd64")) {
            problem = "only x86-64 and aarch64 are known: os.arch=" + arch;
        } else {
            try {
                Linker linker = Linker.nativeLinker();
                MemorySegment address = linker.defaultLookup().find("syscall").orElseThrow();
                ValueLayout.OfLong w = ValueLayout.JAVA_LONG;
                syscall = linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(w, w, w, w, w, w, w, w),
                        Linker.Option.captureCallState("errno"),
                        Linker.Option.firstVariadicArg(1));
            } catch (RuntimeException e) {
                problem = "native access is not possible: " + e.getMessage();
            }
        }
        SYSCALL = syscall;
        PROBLEM = problem;
    }

    private Bpf() {}

    /** Empty when system calls can be made, else the reason why not. */
    static String problem() {
        return PROBLEM;
    }

    private static long syscall(long number, long a, long b, long c, long d, long e, long f) {
        if (SYSCALL == null) {
            return -Errno.ENOSYS;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable t) {
            throw new IllegalStateException("system call " + number, t);
        }
    }

    /** bpf(2). */
    static int bpf(int command, MemorySegment attr) {
        return (int) syscall(ARM ? 280 : 321, command, attr.address(), attr.byteSize(), 0, 0, 0);
    }

    static void close(int fd) {
        syscall(ARM ? 57 : 3, fd, 0, 0, 0, 0, 0);
    }

    /** mmap(2): an address, or a negative error number. */
    static long mmap(long address, long size, int protection, int flags, int fd, long offset) {
        return syscall(ARM ? 222 : 9, address, size, protection, flags, fd, offset);
    }

    static void munmap(long address, long size) {
        syscall(ARM ? 215 : 11, address, size, 0, 0, 0, 0);
    }

    /** ppoll(2) without a signal mask: how many of the {@code struct pollfd} are ready. */
    static int poll(MemorySegment fds, int count, MemorySegment timeout) {
        return (int) syscall(ARM ? 73 : 271, fds.address(), count, timeout.address(), 0, 0, 0);
    }

    static int capget(MemorySegment header, MemorySegment data) {
        return (int) syscall(ARM ? 90 : 125, header.address(), data.address(), 0, 0, 0, 0);
    }

    static int capset(MemorySegment header, MemorySegment data) {
        return (int) syscall(ARM ? 91 : 126, header.address(), data.address(), 0, 0, 0, 0);
    }

    /** sched_setaffinity(2) of the calling thread. */
    static int affinity(MemorySegment mask) {
        return (int) syscall(ARM ? 122 : 203, 0, mask.byteSize(), mask.address(), 0, 0, 0);
    }

    /** Zeroed memory for one call's {@code union bpf_attr}. */
    static MemorySegment attr(Arena arena, int size) {
        return arena.allocate(size, 8);
    }

    static void u32(MemorySegment attr, int offset, int value) {
        attr.set(ValueLayout.JAVA_INT, offset, value);
    }

    static int u32(MemorySegment attr, int offset) {
        return attr.get(ValueLayout.JAVA_INT, offset);
    }

    static void u64(MemorySegment attr, int offset, long value) {
        attr.set(ValueLayout.JAVA_LONG, offset, value);
    }

    static void pointer(MemorySegment attr, int offset, MemorySegment target) {
        u64(attr, offset, target.address());
    }

    /**
     * Writes a kernel object name: 15 characters at most, anything but letters, digits, dot and underscore becomes an
     * underscore.
     */
    static void name(MemorySegment attr, int offset, String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < Math.min(ascii.length, 15); i++) {
            byte c = ascii[i];
            boolean fits = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.' || c == '_';
            attr.set(ValueLayout.JAVA_BYTE, offset + i, fits ? c : (byte) '_');
        }
    }

    /** A copy of the bytes in native memory, aligned to 8; one zero byte if there are none. */
    static MemorySegment copy(Arena arena, byte[] bytes) {
        MemorySegment m = arena.allocate(Math.max(bytes.length, 1), 8);
        MemorySegment.copy(bytes, 0, m, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return m;
    }
}
