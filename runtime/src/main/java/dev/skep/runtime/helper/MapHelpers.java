package dev.skep.runtime.helper;

import dev.skep.runtime.RunContext;

/** Helpers on maps: lookup, update, delete, push, pop, peek. */
public final class MapHelpers {
    private MapHelpers() {}

    static void register() {
        HelperTable.add(1, "bpf_map_lookup_elem", MapHelpers.class, "lookup", MapHelpers::lookup);
        HelperTable.add(2, "bpf_map_update_elem", MapHelpers.class, "update", MapHelpers::update);
        HelperTable.add(3, "bpf_map_delete_elem", MapHelpers.class, "delete", MapHelpers::delete);
        HelperTable.add(87, "bpf_map_push_elem", MapHelpers.class, "push", MapHelpers::push);
        HelperTable.add(88, "bpf_map_pop_elem", MapHelpers.class, "pop", MapHelpers::pop);
        HelperTable.add(89, "bpf_map_peek_elem", MapHelpers.class, "peek", MapHelpers::peek);
    }

    public static long lookup(RunContext cx, long map, long key, long r3, long r4, long r5) {
        return cx.map(map).lookup(key, cx.cpu());
    }

    public static long update(RunContext cx, long map, long key, long value, long flags, long r5) {
        return cx.map(map).update(key, value, flags, cx.cpu());
    }

    public static long delete(RunContext cx, long map, long key, long r3, long r4, long r5) {
        return cx.map(map).delete(key);
    }

    public static long push(RunContext cx, long map, long value, long flags, long r4, long r5) {
        return cx.map(map).push(value, flags);
    }

    public static long pop(RunContext cx, long map, long value, long r3, long r4, long r5) {
        return cx.map(map).pop(value);
    }

    public static long peek(RunContext cx, long map, long value, long r3, long r4, long r5) {
        return cx.map(map).peek(value);
    }
}
