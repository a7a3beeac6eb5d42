package dev.skep.kernel.helper;

import static dev.skep.kernel.helper.Args.any;
import static dev.skep.kernel.helper.Args.func;
import static dev.skep.kernel.helper.Args.mapKey;
import static dev.skep.kernel.helper.Args.mapPtr;
import static dev.skep.kernel.helper.Args.mapValue;
import static dev.skep.kernel.helper.Args.mapValueOut;
import static dev.skep.kernel.helper.Args.stackOrNull;

/** Helpers that read and write maps by key, and walk them. */
final class MapHelpers {
    private MapHelpers() {}

    static void declare(HelperTable t) {
        t.helper(1, "bpf_map_lookup_elem")
                .args(mapPtr(), mapKey())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .pkt()
                .since("3.19");
        t.helper(2, "bpf_map_update_elem")
                .args(mapPtr(), mapKey(), mapValue(), any())
                .pkt()
                .since("3.19");
        t.helper(3, "bpf_map_delete_elem").args(mapPtr(), mapKey()).pkt().since("3.19");
        t.helper(87, "bpf_map_push_elem")
                .args(mapPtr(), mapValue(), any())
                .pkt()
                .since("4.20");
        t.helper(88, "bpf_map_pop_elem").args(mapPtr(), mapValueOut()).since("4.20");
        t.helper(89, "bpf_map_peek_elem").args(mapPtr(), mapValueOut()).since("4.20");
        t.helper(164, "bpf_for_each_map_elem")
                .args(mapPtr(), func(), stackOrNull(), any())
                .callsBack()
                .since("5.13");
        t.helper(195, "bpf_map_lookup_percpu_elem")
                .args(mapPtr(), mapKey(), any())
                .returns(ReturnType.MAP_VALUE)
                .nullable()
                .pkt()
                .since("5.19");
    }
}
