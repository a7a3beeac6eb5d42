package dev.skep.runtime.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Pages straight from Linux: a reservation that costs nothing until touched, and the same pages mapped twice in a row.
 * Used only where native access is enabled for this module; {@link #INSTANCE} is null elsewhere.
 *
 * <p><em>Source</em>: mmap(2), memfd_create(2); the constants are those of x86-64 and AArch64 Linux.
 */
final class NativePages {
    /** Null where the calls are not available. */
    static final NativePages INSTANCE = find();

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MFD_CLOEXEC = 1;

    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle memfdCreate;
    private final MethodHandle ftruncate;
    private final MethodHandle close;

    private NativePages(Linker linker, SymbolLookup symbols) {
        MemoryLayout pointer = ValueLayout.JAVA_LONG;
        MemoryLayout word = ValueLayout.JAVA_INT;
        mmap = linker.downcallHandle(
                symbols.findOrThrow("mmap"),
                FunctionDescriptor.of(pointer, pointer, pointer, word, word, word, pointer));
        munmap = linker.downcallHandle(symbols.findOrThrow("munmap"), FunctionDescriptor.of(word, pointer, pointer));
        memfdCreate = linker.downcallHandle(
                symbols.findOrThrow("memfd_create"), FunctionDescriptor.of(word, ValueLayout.ADDRESS, word));
        ftruncate = linker.downcallHandle(symbols.findOrThrow("ftruncate"), FunctionDescriptor.of(word, word, pointer));
        close = linker.downcallHandle(symbols.findOrThrow("close"), FunctionDescriptor.of(word, word));
    }

    private static NativePages find() {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        if (!linux || !NativePages.class.getModule().isNativeAccessEnabled()) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            return new NativePages(linker, linker.defaultLookup());
        } catch (RuntimeException _) {
            return null;
        }
    }

    /** Reserves pages that read as zero; they go when the arena closes. Null when Linux refuses. */
    MemorySegment reserve(long bytes, Arena arena) {
        long address = map(0, bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
        if (address == -1) {
            return null;
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes, arena, s -> unmap(s.address(), bytes));
    }

    /** Gives the pages back to the system; they read as zero afterwards. */
    boolean discard(long address, long bytes) {
        return map(address, bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1) == address;
    }

    /** Makes the {@code bytes} at {@code address} and the {@code bytes} after them the same, zeroed, memory. */
    boolean mirror(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = (int) memfdCreate.invokeExact(arena.allocateFrom("skep-ring"), MFD_CLOEXEC);
            if (fd < 0) {
                return false;
            }
            boolean done = (int) ftruncate.invokeExact(fd, bytes) == 0
                    && map(address, bytes, MAP_SHARED | MAP_FIXED, fd) == address
                    && map(address + bytes, bytes, MAP_SHARED | MAP_FIXED, fd) == address + bytes;
            int _ = (int) close.invokeExact(fd);
            return done || !discard(address, 2 * bytes);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private long map(long address, long bytes, int flags, int fd) {
        try {
            return (long) mmap.invokeExact(address, bytes, PROT_READ_WRITE, flags, fd, 0L);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private void unmap(long address, long bytes) {
        try {
            int _ = (int) munmap.invokeExact(address, bytes);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }
}
