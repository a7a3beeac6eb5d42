package dev.skep.runtime.kfunc;

import dev.skep.runtime.helper.HelperEntry;
import dev.skep.runtime.helper.HelperFunction;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Every implemented kernel function by name. The families register themselves here, one line per function. */
public final class KfuncTable {
    private static final Map<String, HelperEntry> ENTRIES = new HashMap<>();

    static {
        DynptrKfuncs.register();
        ObjectKfuncs.register();
        IterKfuncs.register();
        StringKfuncs.register();
        CpumaskKfuncs.register();
        SectionKfuncs.register();
        ProbeKfuncs.register();
        SystemKfuncs.register();
        AllocKfuncs.register();
    }

    private KfuncTable() {}

    /** The kernel function with this name, or null. */
    public static HelperEntry kfunc(String name) {
        return ENTRIES.get(name);
    }

    /** All of them. */
    public static Map<String, HelperEntry> all() {
        return Collections.unmodifiableMap(ENTRIES);
    }

    static void add(String name, Class<?> owner, String method, HelperFunction function) {
        if (ENTRIES.put(name, new HelperEntry(name, owner, method, function)) != null) {
            throw new IllegalStateException("kernel function must be registered once: name=" + name);
        }
    }
}
