package dev.skep.kernel.kfunc;

import java.util.HashMap;
import java.util.Map;

/** Collects the kernel functions that the family files declare, one line each. */
final class KfuncTable {
    private final Map<String, Entry> entries = new HashMap<>();
    private int hooks;

    /** One line: the function, the hooks it is registered for, and a filter beyond them. */
    static final class Entry {
        final Kfunc kfunc;
        final int hooks;
        Filter filter = Filter.NONE;

        private Entry(Kfunc kfunc, int hooks) {
            this.kfunc = kfunc;
            this.hooks = hooks;
        }

        void onlyInLsm() {
            filter = Filter.LSM;
        }

        void onlyInIterators() {
            filter = Filter.ITERATOR;
        }

        void onlyInSession() {
            filter = Filter.SESSION;
        }
    }

    /** What a program must be beyond its type. */
    enum Filter {
        NONE,
        LSM,
        ITERATOR,
        SESSION
    }

    /** The following lines are for these hooks. */
    void callableFrom(KfuncHook... where) {
        hooks = 0;
        for (KfuncHook hook : where) {
            hooks |= hook.bit();
        }
    }

    Entry kfunc(String name, int flags, String since) {
        return kfunc(name, flags, KfuncFamily.PLAIN, since);
    }

    Entry kfunc(String name, int flags, KfuncFamily family, String since) {
        Entry entry = new Entry(new Kfunc(name, flags, family, since), hooks);
        if (entries.put(name, entry) != null) {
            throw new IllegalStateException("declared twice: kfunc=" + name);
        }
        return entry;
    }

    Map<String, Entry> build() {
        return Map.copyOf(entries);
    }
}
