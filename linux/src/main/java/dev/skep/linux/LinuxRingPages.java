package dev.skep.linux;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The pages that the kernel shares of one ring, mapped in a row, and the wait for it to become ready.
 *
 * <pre>
 *  page 0     consumer position, 8 bytes
 *  page 1     producer position, 8 bytes
 *  page 2...  the data, size bytes, followed by the same pages once more: a record never wraps
 * </pre>
 *
 * <p>User space writes the consumer page of a kernel ring, and the producer page and data of a user ring; the rest is
 * read-only.
 *
 * <p><em>Source</em>: Linux Documentation/bpf/ringbuf.rst.
 */
public final class LinuxRingPages implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final int POLLFD_BYTES = 8;

    private final Arena arena = Arena.ofShared();
    private final LinuxMap map;
    private final boolean user;
    private final long size;
    private final MemorySegment shared;

    /**
     * Maps the ring's memory.
     *
     * @throws IllegalArgumentException if the map is no ring
     */
    public LinuxRingPages(LinuxMap map) throws LinuxException {
        MapSpec spec = map.spec();
        if (spec.type() != MapType.RINGBUF && spec.type() != MapType.USER_RINGBUF) {
            throw new IllegalArgumentException("map must be a ring: type=" + spec.type());
        }
        this.map = map;
        this.user = spec.type() == MapType.USER_RINGBUF;
        this.size = Integer.toUnsignedLong(MapCreation.entries(spec));
        try {
            shared = map(2 * Bpf.PAGE + 2 * size);
        } catch (LinuxException e) {
            arena.close();
            throw e;
        }
    }

    private MemorySegment map(long bytes) throws LinuxException {
        long base = checked(Bpf.mmap(0, bytes, Bpf.PROT_NONE, Bpf.MAP_PRIVATE | Bpf.MAP_ANONYMOUS, -1, 0));
        MemorySegment all =
                MemorySegment.ofAddress(base).reinterpret(bytes, arena, m -> Bpf.munmap(m.address(), bytes));
        place(base, Bpf.PAGE, !user, 0);
        place(base + Bpf.PAGE, bytes - Bpf.PAGE, user, Bpf.PAGE);
        return all;
    }

    private void place(long address, long bytes, boolean writable, long offset) throws LinuxException {
        int protection = Bpf.PROT_READ | (writable ? Bpf.PROT_WRITE : 0);
        checked(Bpf.mmap(address, bytes, protection, Bpf.MAP_SHARED | Bpf.MAP_FIXED, map.fd(), offset));
    }

    private long checked(long address) throws LinuxException {
        if (address < 0 && address > -4096) {
            throw new LinuxException("map " + map.spec().name() + ": mmap", (int) -address, "size=" + size);
        }
        return address;
    }

    /** Consumer page, producer page, data, data again. */
    public MemorySegment shared() {
        return shared;
    }

    /** Data bytes. */
    public long size() {
        return size;
    }

    /**
     * Waits until a kernel ring has records, or a user ring room; false when the time is over. The map must be open.
     */
    public boolean await(long millis) {
        return await(List.of(this), millis);
    }

    /** Waits until one of these rings is ready; false when the time is over. */
    public static boolean await(List<LinuxRingPages> rings, long millis) {
        try (Arena once = Arena.ofConfined()) {
            MemorySegment fds = once.allocate((long) POLLFD_BYTES * rings.size(), 8);
            for (int i = 0; i < rings.size(); i++) {
                LinuxRingPages ring = rings.get(i);
                fds.set(ValueLayout.JAVA_INT, (long) POLLFD_BYTES * i, ring.map.fd());
                fds.set(ValueLayout.JAVA_SHORT, (long) POLLFD_BYTES * i + 4, ring.user ? POLLOUT : POLLIN);
            }
            MemorySegment timeout = once.allocate(16, 8);
            timeout.set(ValueLayout.JAVA_LONG, 0, millis / 1000);
            timeout.set(ValueLayout.JAVA_LONG, 8, millis % 1000 * 1_000_000);
            return Bpf.poll(fds, rings.size(), timeout) > 0;
        }
    }

    /** Unmaps the memory. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
