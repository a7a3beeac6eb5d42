package dev.skep.linux;

import dev.skep.object.spec.MapSpec;
import dev.skep.object.uapi.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Makes maps the way libbpf makes them: no types for map kinds that take none, a second try without types, sizes that
 * the kernel insists on, initial contents, freezing. Source: libbpf 1.5, observed calls of bpf(2).
 */
final class MapCreation {
    private MapCreation() {}

    /**
     * @param objectName base name of the object, for the kernel's name of a data map; "" for hand-made maps
     * @param btfFd descriptor of the types that the map's ids belong to, 0 for none
     */
    static LinuxMap create(MapSpec spec, String objectName, int btfFd) throws LinuxException {
        LinuxMap inner = null;
        LinuxMap map;
        try {
            if (spec.inner() != null) {
                inner = create(spec.inner(), objectName, btfFd);
            }
            map = new LinuxMap(spec, descriptor(spec, objectName, btfFd, inner));
        } finally {
            if (inner != null) {
                inner.close();
            }
        }
        try {
            fill(map);
            return map;
        } catch (LinuxException e) {
            map.close();
            throw e;
        }
    }

    private static int descriptor(MapSpec spec, String objectName, int btfFd, LinuxMap inner) throws LinuxException {
        boolean typed = btfFd > 0 && takesTypes(spec.type()) && (spec.keyTypeId() != 0 || spec.valueTypeId() != 0);
        int fd = create(spec, objectName, typed ? btfFd : 0, inner);
        if (fd < 0 && typed) {
            fd = create(spec, objectName, 0, inner);
        }
        if (fd < 0) {
            throw new LinuxException(
                    "map " + spec.name() + ": create",
                    -fd,
                    "type=" + (spec.type() == null ? spec.typeId() : spec.type().kernelName()) + " key_size="
                            + spec.keySize() + " value_size=" + spec.valueSize() + " max_entries=" + spec.maxEntries());
        }
        return fd;
    }

    private static int create(MapSpec spec, String objectName, int btfFd, LinuxMap inner) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena, 80);
            Bpf.u32(attr, 0, spec.typeId());
            Bpf.u32(attr, 4, spec.keySize());
            Bpf.u32(attr, 8, spec.valueSize());
            Bpf.u32(attr, 12, entries(spec));
            Bpf.u32(attr, 16, spec.flags());
            Bpf.u32(attr, 20, inner == null ? 0 : inner.fd());
            Bpf.u32(attr, 24, spec.numaNode());
            Bpf.name(attr, 28, kernelName(spec.name(), objectName));
            if (btfFd > 0) {
                Bpf.u32(attr, 48, btfFd);
                Bpf.u32(attr, 52, spec.keyTypeId());
                Bpf.u32(attr, 56, spec.valueTypeId());
            }
            Bpf.u64(attr, 64, spec.mapExtra());
            return Bpf.bpf(Bpf.MAP_CREATE, attr);
        }
    }

    private static boolean takesTypes(MapType type) {
        return switch (type) {
            case PERF_EVENT_ARRAY,
                    CGROUP_ARRAY,
                    STACK_TRACE,
                    ARRAY_OF_MAPS,
                    HASH_OF_MAPS,
                    DEVMAP,
                    DEVMAP_HASH,
                    CPUMAP,
                    XSKMAP,
                    SOCKMAP,
                    SOCKHASH,
                    QUEUE,
                    STACK,
                    ARENA,
                    STRUCT_OPS -> false;
            case null -> false;
            default -> true;
        };
    }

    /** A perf event array of unknown size has one entry per CPU; a ring buffer is a power of two of pages. */
    static int entries(MapSpec spec) {
        return switch (spec.type()) {
            case PERF_EVENT_ARRAY -> spec.maxEntries() == 0 ? Cpus.possible() : spec.maxEntries();
            case RINGBUF, USER_RINGBUF -> {
                long bytes = Bpf.PAGE;
                while (bytes < Integer.toUnsignedLong(spec.maxEntries())) {
                    bytes <<= 1;
                }
                yield spec.maxEntries() == 0 || bytes > Integer.toUnsignedLong(-1) ? spec.maxEntries() : (int) bytes;
            }
            case null, default -> spec.maxEntries();
        };
    }

    /** {@code .bss} of {@code flow.bpf.o} is {@code flow.bss} in the kernel; a name with two dots stays as it is. */
    static String kernelName(String name, String objectName) {
        if (!name.startsWith(".") || name.indexOf('.', 1) > 0) {
            return name;
        }
        int dot = objectName.indexOf('.');
        String prefix = dot < 0 ? objectName : objectName.substring(0, dot);
        int room = Math.max(0, 15 - Math.max(7, name.length()));
        return prefix.substring(0, Math.min(room, prefix.length())) + name;
    }

    private static void fill(LinuxMap map) throws LinuxException {
        MapSpec spec = map.spec();
        if (spec.type() == MapType.ARENA) {
            fillArena(map);
        } else if (spec.contents() != null && spec.type() == MapType.ARRAY) {
            if (spec.contents().length > 0) {
                map.update(new byte[4], Arrays.copyOf(spec.contents(), spec.valueSize()));
            }
            if (spec.frozen()) {
                map.freeze();
            }
        }
    }

    /**
     * The verifier asks for the address at which user space sees an arena: it stays known when the mapping goes. One at
     * a time.
     */
    private static synchronized void fillArena(LinuxMap map) throws LinuxException {
        MapSpec spec = map.spec();
        long size = Integer.toUnsignedLong(spec.maxEntries()) * Bpf.PAGE;
        int flags = Bpf.MAP_SHARED | (spec.mapExtra() != 0 ? Bpf.MAP_FIXED_NOREPLACE : 0);
        long address = Bpf.mmap(spec.mapExtra(), size, Bpf.PROT_READ | Bpf.PROT_WRITE, flags, map.fd(), 0);
        if (address < 0 && address > -4096) {
            throw new LinuxException("map " + spec.name() + ": mmap", (int) -address, "");
        }
        byte[] contents = spec.contents();
        if (contents != null) {
            MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(size);
            MemorySegment.copy(contents, 0, memory, ValueLayout.JAVA_BYTE, 0, (int) Math.min(contents.length, size));
        }
        Bpf.munmap(address, size);
    }
}
