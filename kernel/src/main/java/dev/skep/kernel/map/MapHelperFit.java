package dev.skep.kernel.map;

import dev.skep.object.uapi.AttachType;
import dev.skep.object.uapi.MapType;
import dev.skep.object.uapi.ProgramType;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Which maps fit which helpers. Two rules must agree: a map type may name the only helpers that take it, and a helper
 * may name the only map
 * types it takes. Plain data maps and plain helpers name nothing.
 */
public final class MapHelperFit {
    private static final int LOOKUP = 1;
    private static final int UPDATE = 2;
    private static final int DELETE = 3;
    private static final int[] EVENTS = {22, 25, 55, 111, 121};
    private static final int[] RECORDS = {130, 131, 134, 198};
    private static final int KPTR_XCHG = 194;

    private static final int LAST_HELPER = 211;
    private static final BitSet[] MISFITS = new BitSet[MapType.values().length];

    static {
        Arrays.setAll(MISFITS, _ -> new BitSet());
        map(MapType.PROG_ARRAY, 12);
        map(MapType.PERF_EVENT_ARRAY, EVENTS);
        map(MapType.STACK_TRACE, 27);
        map(MapType.CGROUP_ARRAY, 33, 37);
        map(MapType.ARRAY_OF_MAPS, LOOKUP);
        map(MapType.HASH_OF_MAPS, LOOKUP);
        map(MapType.DEVMAP, LOOKUP, 51);
        map(MapType.DEVMAP_HASH, LOOKUP, 51);
        map(MapType.CPUMAP, 51);
        map(MapType.XSKMAP, LOOKUP, 51);
        map(MapType.SOCKMAP, LOOKUP, UPDATE, DELETE, 52, 53, 60, 82);
        map(MapType.SOCKHASH, LOOKUP, UPDATE, DELETE, 70, 71, 72, 82);
        map(MapType.REUSEPORT_SOCKARRAY, 82);
        map(MapType.CGROUP_STORAGE, 81);
        map(MapType.PERCPU_CGROUP_STORAGE, 81);
        map(MapType.QUEUE, 87, 88, 89);
        map(MapType.STACK, 87, 88, 89);
        map(MapType.BLOOM_FILTER, 87, 89);
        map(MapType.RINGBUF, RECORDS);
        map(MapType.USER_RINGBUF, 209);
        map(MapType.SK_STORAGE, 107, 108, KPTR_XCHG);
        map(MapType.INODE_STORAGE, 145, 146, KPTR_XCHG);
        map(MapType.TASK_STORAGE, 156, 157, KPTR_XCHG);
        map(MapType.CGRP_STORAGE, 210, 211, KPTR_XCHG);

        helpers(List.of(MapType.PROG_ARRAY), 12);
        helpers(List.of(MapType.PERF_EVENT_ARRAY), EVENTS);
        helpers(List.of(MapType.STACK_TRACE), 27);
        helpers(List.of(MapType.CGROUP_ARRAY), 33, 37);
        helpers(List.of(MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.CPUMAP, MapType.XSKMAP), 51);
        helpers(List.of(MapType.SOCKMAP), 52, 53, 60);
        helpers(List.of(MapType.SOCKHASH), 70, 71, 72);
        helpers(List.of(MapType.REUSEPORT_SOCKARRAY, MapType.SOCKMAP, MapType.SOCKHASH), 82);
        helpers(List.of(MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE), 81);
        helpers(List.of(MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER), 87, 89);
        helpers(List.of(MapType.QUEUE, MapType.STACK), 88);
        helpers(List.of(MapType.RINGBUF), RECORDS);
        helpers(List.of(MapType.USER_RINGBUF), 209);
        helpers(List.of(MapType.PERCPU_HASH, MapType.PERCPU_ARRAY, MapType.LRU_PERCPU_HASH), 195);
        helpers(List.of(MapType.SK_STORAGE), 107, 108);
        helpers(List.of(MapType.INODE_STORAGE), 145, 146);
        helpers(List.of(MapType.TASK_STORAGE), 156, 157);
        helpers(List.of(MapType.CGRP_STORAGE), 210, 211);
    }

    private MapHelperFit() {}

    /** This map type is taken by these helpers only. */
    private static void map(MapType type, int... helpers) {
        BitSet misfits = new BitSet();
        misfits.set(1, LAST_HELPER + 1);
        for (int id : helpers) {
            misfits.clear(id);
        }
        MISFITS[type.ordinal()].or(misfits);
    }

    /** These helpers take these map types only. */
    private static void helpers(List<MapType> types, int... helpers) {
        for (MapType type : MapType.values()) {
            if (!types.contains(type)) {
                for (int id : helpers) {
                    MISFITS[type.ordinal()].set(id);
                }
            }
        }
    }

    /** False: {@code cannot pass map_type N into func X#N}. */
    public static boolean fits(MapType map, int helperId) {
        return !MISFITS[map.ordinal()].get(helperId);
    }

    /**
     * False for an update of, or a deletion from, a socket map where the socket may be locked: {@code cannot update
     * sockmap in this context}.
     */
    public static boolean mayUpdateSockMap(ProgramType type, AttachType attach, int helperId) {
        return switch (type) {
            case SOCKET_FILTER, SCHED_CLS, SCHED_ACT, XDP, SK_REUSEPORT, FLOW_DISSECTOR, SK_LOOKUP -> true;
            case TRACING -> attach == AttachType.TRACE_ITER;
            case SOCK_OPS -> helperId == DELETE;
            default -> false;
        };
    }
}
