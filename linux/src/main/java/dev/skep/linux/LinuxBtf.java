package dev.skep.linux;

import dev.skep.object.btf.Btf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Types in the kernel. Closing gives the descriptor back; maps and programs that use the types keep them alive. */
public final class LinuxBtf implements AutoCloseable {
    private static final int LOG = 1 << 16;

    private final int fd;
    private final Map<String, Integer> strings;
    private boolean open = true;

    private LinuxBtf(int fd, Map<String, Integer> strings) {
        this.fd = fd;
        this.strings = strings;
    }

    /** Loads an object's types. */
    public static LinuxBtf load(Btf btf) throws LinuxException {
        return load(btf, Set.of());
    }

    /** Loads types, with more strings for line records. */
    static LinuxBtf load(Btf btf, Collection<String> lineStrings) throws LinuxException {
        BtfImage image = BtfImage.of(btf, lineStrings);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena, 32);
            Bpf.pointer(attr, 0, Bpf.copy(arena, image.bytes()));
            Bpf.u32(attr, 16, image.bytes().length);
            int fd = Bpf.bpf(Bpf.BTF_LOAD, attr);
            if (fd < 0) {
                // the reason is only in the log: ask again for it
                MemorySegment log = arena.allocate(LOG);
                Bpf.pointer(attr, 8, log);
                Bpf.u32(attr, 20, LOG);
                Bpf.u32(attr, 24, 1);
                fd = Bpf.bpf(Bpf.BTF_LOAD, attr);
                if (fd < 0) {
                    throw new LinuxException("types: load", -fd, lastLine(log.getString(0)));
                }
            }
            return new LinuxBtf(fd, image.strings());
        }
    }

    private static String lastLine(String log) {
        String text = log.stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    int fd() {
        return fd;
    }

    /** Offsets of the line strings in the string section. */
    Map<String, Integer> strings() {
        return strings;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            Bpf.close(fd);
        }
    }
}
