package dev.skep.runtime.helper;

/** Every implemented helper by its stable number. The families register themselves here, one line per helper. */
public final class HelperTable {
    /** One more than the highest helper number of Linux 6.18. */
    public static final int SIZE = 212;

    private static final HelperEntry[] ENTRIES = new HelperEntry[SIZE];

    static {
        MapHelpers.register();
        RingHelpers.register();
        DynptrHelpers.register();
        TimeHelpers.register();
        LoopHelpers.register();
        TextHelpers.register();
        ProbeHelpers.register();
        ChecksumHelpers.register();
        SkbHelpers.register();
        SkbRoomHelpers.register();
        XdpHelpers.register();
        TunnelHelpers.register();
        RedirectHelpers.register();
        TaskHelpers.register();
        PerfHelpers.register();
        FieldHelpers.register();
        StorageHelpers.register();
        TracingHelpers.register();
        SocketHelpers.register();
        SynCookieHelpers.register();
        AbsentHelpers.register();
    }

    private HelperTable() {}

    /** The helper with this number, or null. */
    public static HelperEntry helper(int id) {
        return id >= 0 && id < SIZE ? ENTRIES[id] : null;
    }

    /** {@code bpf_dynptr_from_mem} where the verifier found the memory read-only. */
    public static HelperEntry readOnlyFromMem() {
        return DynptrHelpers.READ_ONLY_FROM_MEM;
    }

    static void add(int id, String name, Class<?> owner, String method, HelperFunction function) {
        if (ENTRIES[id] != null) {
            throw new IllegalStateException("helper must be registered once: id=" + id);
        }
        ENTRIES[id] = new HelperEntry(name, owner, method, function);
    }
}
