package dev.skep.runtime.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * All memory that the programs of one machine can see: one off-heap segment. A program's pointer is an address in it.
 *
 * <p><em>Shape</em>: addresses 0 to {@link #NULL_PAGE} - 1 do not exist, so that small numbers are never pointers; then
 * {@link #memory()} up to {@link #size()}, at most 2^31, so that an address fits a positive {@code int}. Pages cost
 * nothing until touched. Blocks are zeroed. A freed block stays readable and is given out again.
 *
 * <p><em>Errors</em>: {@link #allocate} returns 0 when there is no room; access outside throws, see {@link SlabAccess}.
 * Closing while programs run ends their next access with {@link IllegalStateException}, never in a crash.
 *
 * <p>Safe for many threads.
 */
public final class Slab implements AutoCloseable {
    /** Bytes at the bottom of the address space that are never memory. */
    public static final int NULL_PAGE = 1 << 16;

    /** The largest size: addresses stay in the range that the JVM's compiler checks fastest. */
    public static final long MAX_SIZE = 1L << 31;

    private static final long NATIVE_PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long size;
    private final SlabAllocator allocator;
    private final boolean pages;

    private Slab(long size, boolean useNative, boolean track) {
        if (size < 2L * NULL_PAGE || size > MAX_SIZE) {
            throw new IllegalArgumentException("slab size must be in [128 KiB, 2 GiB]: size=" + size);
        }
        this.size = size & -NATIVE_PAGE;
        MemorySegment reserved = useNative && NativePages.INSTANCE != null
                ? NativePages.INSTANCE.reserve(this.size - NULL_PAGE, arena)
                : null;
        pages = reserved != null;
        memory = pages ? reserved : sparse(this.size - NULL_PAGE, arena);
        allocator = new SlabAllocator(this.size, track);
    }

    /** A slab of this many bytes, null page included. */
    public static Slab create(long size) {
        return new Slab(size, true, false);
    }

    /**
     * A slab with its choices made by hand.
     *
     * @param useNative false: never call the operating system directly
     * @param track keep the set of live blocks, for {@link #blockAt}
     */
    public static Slab create(long size, boolean useNative, boolean track) {
        return new Slab(size, useNative, track);
    }

    /** Pages without native calls: a private mapping of an empty file; failing that, plain memory. */
    private static MemorySegment sparse(long bytes, Arena arena) {
        Path file = null;
        try {
            file = Files.createTempFile("skep", ".slab");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                channel.write(java.nio.ByteBuffer.allocate(1), bytes - 1);
                return channel.map(FileChannel.MapMode.PRIVATE, 0, bytes, arena);
            }
        } catch (IOException | UnsupportedOperationException _) {
            return arena.allocate(bytes, NATIVE_PAGE);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    /** The bytes from {@link #NULL_PAGE} on, for {@link SlabAccess}. */
    public MemorySegment memory() {
        return memory;
    }

    /** One more than the highest address. */
    public long size() {
        return size;
    }

    /** Bytes taken by blocks, the allocator's rounding included. */
    public long used() {
        return allocator.used();
    }

    /** A zeroed block, 16-byte aligned; 0 when there is no room. */
    public long allocate(long bytes) {
        return allocator.allocate(bytes);
    }

    /** A zeroed block of whole 4 KiB pages; 0 when there is no room. */
    public long allocatePages(long bytes) {
        return allocator.allocatePages(bytes);
    }

    /**
     * A zeroed block.
     *
     * @throws MemoryLimitException when there is no room
     */
    public long require(long bytes) {
        long address = allocate(bytes);
        if (address == 0) {
            throw full(bytes);
        }
        return address;
    }

    /** What to throw when the slab is full. */
    public MemoryLimitException full(long bytes) {
        return new MemoryLimitException("slab", bytes, used(), size - NULL_PAGE);
    }

    /** Takes a block back and zeroes it; 0 is ignored. */
    public void free(long address) {
        if (address == 0) {
            return;
        }
        long bytes = allocator.sizeOf(address);
        boolean discarded = pages
                && allocator.isPages(address)
                && NativePages.INSTANCE.discard(memory.address() + address - NULL_PAGE, bytes);
        if (!discarded) {
            SlabAccess.fill(memory, address, bytes, (byte) 0);
        }
        allocator.free(address);
    }

    /**
     * Makes the {@code bytes} at {@code address} and the {@code bytes} after them the same memory.
     *
     * @param address start of a block from {@link #allocatePages}, or a page boundary inside one
     * @return false where that is not possible; the memory is as before then
     */
    public boolean mirror(long address, long bytes) {
        if (!pages || address % NATIVE_PAGE != 0 || bytes % NATIVE_PAGE != 0) {
            return false;
        }
        SlabAccess.slice(memory, address, 2 * bytes);
        return NativePages.INSTANCE.mirror(memory.address() + address - NULL_PAGE, bytes);
    }

    /** {start, length} of the live block that holds the address, or null. Only for slabs that track. */
    public long[] blockAt(long address) {
        return allocator.blockAt(address);
    }

    /**
     * Takes a live block out of {@link #blockAt}: stacks and packets, whose owners know better which bytes are valid.
     */
    public void hide(long address) {
        allocator.hide(address);
    }

    /** True when [address, address + bytes) is memory. */
    public boolean contains(long address, long bytes) {
        return address >= NULL_PAGE && bytes >= 0 && bytes <= size - address && address < size;
    }

    @Override
    public void close() {
        arena.close();
    }
}
