package dev.skep.linux;

import dev.skep.object.spec.MapSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * One map in the kernel. Closing it gives the descriptor back; programs that use the map keep it alive.
 *
 * <p><em>Units</em>: keys and values are the bytes that the kernel sees, in this machine's byte order. A per-CPU map's
 * value is one slot of {@link #valueBytes()} / CPUs bytes for each possible CPU.
 */
public final class LinuxMap implements AutoCloseable {
    private final MapSpec spec;
    private final int fd;
    private final int valueBytes;
    private boolean open = true;

    LinuxMap(MapSpec spec, int fd) {
        this.spec = spec;
        this.fd = fd;
        this.valueBytes = switch (spec.type()) {
            case PERCPU_HASH, PERCPU_ARRAY, LRU_PERCPU_HASH, PERCPU_CGROUP_STORAGE ->
                (spec.valueSize() + 7 & ~7) * Cpus.possible();
            case null, default -> spec.valueSize();
        };
    }

    /** Creates a map without types: for hand-made maps. A map of an object is made by {@link LinuxLoader}. */
    public static LinuxMap create(MapSpec spec) throws LinuxException {
        return MapCreation.create(spec, "", 0);
    }

    public MapSpec spec() {
        return spec;
    }

    int fd() {
        return fd;
    }

    /** Bytes that {@link #lookup} gives and {@link #update} takes. */
    public int valueBytes() {
        return valueBytes;
    }

    /** The value of a key; empty if the map has no such key. Queues and stacks take an empty key: the front stays. */
    public Optional<byte[]> lookup(byte[] key) throws LinuxException {
        return lookup(Bpf.MAP_LOOKUP_ELEM, key);
    }

    /** The front of a queue or stack, removed; empty if there is none. */
    public Optional<byte[]> pop() throws LinuxException {
        return lookup(Bpf.MAP_LOOKUP_AND_DELETE_ELEM, new byte[0]);
    }

    private Optional<byte[]> lookup(int command, byte[] key) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Math.max(valueBytes, 8), 8);
            int r = element(command, arena, key, value, 0);
            if (r == -Errno.ENOENT) {
                return Optional.empty();
            }
            check("lookup", r);
            return Optional.of(value.asSlice(0, valueBytes).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Sets the value of a key. */
    public void update(byte[] key, byte[] value) throws LinuxException {
        update(key, value, 0);
    }

    /**
     * Sets the value of a key.
     *
     * @param flags 0 any, 1 only a new key, 2 only a key that is there
     */
    public void update(byte[] key, byte[] value, long flags) throws LinuxException {
        if (value.length != valueBytes) {
            throw new IllegalArgumentException("value must have " + valueBytes + " bytes: length=" + value.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            check("update", element(Bpf.MAP_UPDATE_ELEM, arena, key, Bpf.copy(arena, value), flags));
        }
    }

    /** Puts another map into a map of maps. */
    public void update(byte[] key, LinuxMap inner) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, inner.fd);
            check("update", element(Bpf.MAP_UPDATE_ELEM, arena, key, value, 0));
        }
    }

    /** Puts a program into a program array. */
    public void update(byte[] key, LinuxProgram program) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, program.fd());
            check("update", element(Bpf.MAP_UPDATE_ELEM, arena, key, value, 0));
        }
    }

    /** Removes a key; false if it was not there. */
    public boolean delete(byte[] key) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            int r = element(Bpf.MAP_DELETE_ELEM, arena, key, MemorySegment.NULL, 0);
            if (r == -Errno.ENOENT) {
                return false;
            }
            check("delete", r);
            return true;
        }
    }

    /** The key after this one, the first key for null; empty at the end. */
    public Optional<byte[]> nextKey(byte[] key) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment next = arena.allocate(Math.max(spec.keySize(), 8), 8);
            int r = element(Bpf.MAP_GET_NEXT_KEY, arena, key, next, 0);
            if (r == -Errno.ENOENT) {
                return Optional.empty();
            }
            check("next key", r);
            return Optional.of(next.asSlice(0, spec.keySize()).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** No more changes from user space. */
    void freeze() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena, 8);
            Bpf.u32(attr, 0, fd);
            check("freeze", Bpf.bpf(Bpf.MAP_FREEZE, attr));
        }
    }

    /**
     * Maps the map's memory: the values of a mmapable array, the pages of a ring buffer.
     *
     * @param offset bytes, a multiple of the page size
     * @param size bytes
     * @param arena unmaps the memory when it is closed
     */
    public MemorySegment mmap(long offset, long size, boolean writable, Arena arena) throws LinuxException {
        int protection = Bpf.PROT_READ | (writable ? Bpf.PROT_WRITE : 0);
        long address = Bpf.mmap(0, size, protection, Bpf.MAP_SHARED, fd, offset);
        if (address < 0 && address > -4096) {
            String detail = "offset=" + offset + " size=" + size;
            throw new LinuxException("map " + spec.name() + ": mmap", (int) -address, detail);
        }
        return MemorySegment.ofAddress(address).reinterpret(size, arena, m -> Bpf.munmap(m.address(), size));
    }

    private int element(int command, Arena arena, byte[] key, MemorySegment value, long flags) {
        if (key != null && key.length != spec.keySize()) {
            throw new IllegalArgumentException("key must have " + spec.keySize() + " bytes: length=" + key.length);
        }
        if (!open) {
            throw new IllegalStateException("map " + spec.name() + " is closed");
        }
        MemorySegment attr = Bpf.attr(arena, 32);
        Bpf.u32(attr, 0, fd);
        if (key != null && key.length > 0) {
            Bpf.pointer(attr, 8, Bpf.copy(arena, key));
        }
        Bpf.pointer(attr, 16, value);
        Bpf.u64(attr, 24, flags);
        return Bpf.bpf(command, attr);
    }

    private void check(String what, int result) throws LinuxException {
        if (result < 0) {
            throw new LinuxException("map " + spec.name() + ": " + what, -result, "");
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Bpf.close(fd);
        }
    }
}
