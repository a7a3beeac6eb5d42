package dev.skep.kernel.kfunc;

import dev.skep.object.btf.Btf;
import dev.skep.object.btf.BtfType;
import dev.skep.object.spec.ProgramSpec;
import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.ProgramType;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every kernel function of Linux 6.18 (and of Skep's extensions) that a program may call, found in one kernel's types
 * by name. Look-ups by id are a binary search, without allocation.
 */
public final class KfuncCatalogue {
    private static final Map<String, KfuncTable.Entry> ENTRIES = entries();

    private final int[] ids;
    private final Kfunc[] byId;

    /** Functions that the kernel lacks have no id; they can still be looked up by name. */
    public KfuncCatalogue(Btf btf) {
        TreeMap<Integer, Kfunc> found = new TreeMap<>();
        for (KfuncTable.Entry entry : ENTRIES.values()) {
            int id = btf.find(entry.kfunc.name(), BtfType.Function.class);
            if (id > 0) {
                found.put(id, entry.kfunc);
            }
        }
        ids = new int[found.size()];
        byId = found.values().toArray(new Kfunc[0]);
        int next = 0;
        for (int id : found.keySet()) {
            ids[next++] = id;
        }
    }

    private static Map<String, KfuncTable.Entry> entries() {
        KfuncTable table = new KfuncTable();
        ObjectKfuncs.declare(table);
        TaskKfuncs.declare(table);
        IterKfuncs.declare(table);
        DynptrKfuncs.declare(table);
        RegionKfuncs.declare(table);
        StringKfuncs.declare(table);
        ToolKfuncs.declare(table);
        NetKfuncs.declare(table);
        FileKfuncs.declare(table);
        ExtensionKfuncs.declare(table);
        return table.build();
    }

    /** Every function of the catalogue, whether the kernel at hand has it or not; in no order. */
    public static Collection<Kfunc> all() {
        return ENTRIES.values().stream().map(entry -> entry.kfunc).toList();
    }

    /** The function with this id in the kernel's types, or null. */
    public Kfunc find(int btfId) {
        int index = Arrays.binarySearch(ids, btfId);
        return index < 0 ? null : byId[index];
    }

    /** The function with this name, or null. */
    public Kfunc find(String name) {
        KfuncTable.Entry entry = ENTRIES.get(name);
        return entry == null ? null : entry.kfunc;
    }

    /**
     * Whether the function is registered for programs like this one. Whether it may sleep there is another question.
     */
    public boolean allows(Kfunc kfunc, ProgramSpec program) {
        KfuncTable.Entry entry = ENTRIES.get(kfunc.name());
        if (entry == null) {
            return false;
        }
        ProgramType type = program.type();
        if ((entry.hooks & (KfuncHook.of(type).bit() | KfuncHook.EVERYONE.bit())) == 0) {
            return false;
        }
        AttachType attach = program.attachType();
        return switch (entry.filter) {
            case NONE -> true;
            case LSM -> type == ProgramType.LSM;
            case ITERATOR -> type == ProgramType.TRACING && attach == AttachType.TRACE_ITER;
            case SESSION -> attach == AttachType.TRACE_KPROBE_SESSION || attach == AttachType.TRACE_UPROBE_SESSION;
        };
    }
}
